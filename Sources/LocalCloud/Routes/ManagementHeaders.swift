// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird

/// What Azure Resource Manager puts on every answer (contract.md, section 3).
struct ManagementHeaders {
  let request: HTTPFields
  let isSecure: Bool

  func on(_ answer: Response, now: Int64 = CloudTime.now) -> Response {
    let id = UUID().uuidString.lowercased()
    let stamp = CloudTime.seconds(now).filter { $0 != "-" && $0 != ":" }
    var fields = [
      ("x-ms-request-id", id), ("x-ms-correlation-request-id", said("x-ms-correlation-request-id") ?? id),
      ("x-ms-routing-request-id", "LOCAL:\(stamp):\(id)"), ("Vary", "Accept-Encoding"), ("Cache-Control", "no-cache"),
      ("Pragma", "no-cache"), ("Expires", "-1"),
    ]
    if isSecure { fields.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains")) }
    if said("x-ms-return-client-request-id")?.lowercased() == "true", let own = said("x-ms-client-request-id") {
      fields.append(("x-ms-client-request-id", own))
    }
    var answer = answer
    for (name, value) in fields {
      if let name = HTTPField.Name(name) { answer.headers[name] = value }
    }
    return answer
  }

  private func said(_ name: String) -> String? { HTTPField.Name(name).flatMap { request[$0] } }
}
