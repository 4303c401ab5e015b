// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportPlan
import Foundation

/// A notification with its secrets in it, or the reason why it cannot be sent.
struct ReadyNotification: Sendable {
  let planned: PlannedNotification
  let address: Secret
  let headers: [(name: String, value: Secret)]

  /// - Parameter secret: gives a secret by its name.
  init(
    _ planned: PlannedNotification, secret: (String) throws(SecretError) -> Secret
  ) throws(UnsentNotification) {
    func filled(_ text: SecretText) throws(UnsentNotification) -> Secret {
      do {
        return try text.filled(secret)
      } catch {
        throw UnsentNotification(name: planned.name, reason: .secret("\(error)"))
      }
    }
    self.planned = planned
    address = try filled(planned.url)
    guard let parts = URLParts(address.reveal()), parts.scheme == "https" || parts.isLoopback else {
      throw UnsentNotification(name: planned.name, reason: .address)
    }
    var headers: [(name: String, value: Secret)] = []
    for (name, text) in planned.headers.sorted(by: { $0.key < $1.key }) {
      let value = try filled(text)
      guard SecretText.isOneLine(value.reveal()) else {
        throw UnsentNotification(name: planned.name, reason: .header(name))
      }
      headers.append((name, value))
    }
    self.headers = headers
  }

  func request(_ contentType: String, _ body: [UInt8], within limit: Duration) -> HTTPRequest {
    var fields = headers.map { (name: $0.name, value: $0.value.reveal()) }
    if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
      fields.append(("Content-Type", contentType))
    }
    var request = HTTPRequest("POST", address.reveal(), headers: fields, body: body)
    request.timeLimit = limit
    request.isLink = true
    return request
  }

  /// What is said of a try, without a host that only a secret names.
  func hidden(_ error: TransportError) -> TransportError {
    guard let host = URLParts(address.reveal())?.host, !planned.url.text.lowercased().contains(host) else {
      return error
    }
    return TransportError(error.kind, error.message.replacing(host, with: "\(address)"))
  }
}
