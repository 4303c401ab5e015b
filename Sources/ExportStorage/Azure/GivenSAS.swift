// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A shared access signature that somebody else made: its query, taken as given.
struct GivenSAS: Sendable {
  let query: String
  private let values: [String: String]

  /// Accepts a query, with or without `?`, and a whole URL that ends in one.
  init(_ secret: Secret) {
    let text = secret.reveal().trimmingPrefix(#/\s+/#)
    query = String(text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).last ?? "")
      .replacing(#/\s+$/#, with: "")
    var values: [String: String] = [:]
    for item in query.split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1)
      values[String(parts[0])] = parts.count > 1 ? PercentEncoding.decode(parts[1]) ?? "" : ""
    }
    self.values = values
  }

  var permissions: String { values["sp"] ?? "" }

  /// Whether blobs may be read with it.
  var mayRead: Bool { permissions.contains("r") }

  /// Whether the container may be listed with it. A stored policy may permit what the text does not say.
  var mayList: Bool { permissions.contains("l") }

  /// What makes it useless for an export; `nil` when nothing does. A stored policy may hold what the text does not.
  /// - Parameter rights: letters of the permissions that are needed.
  func problem(now: Instant, rights: String) -> String? {
    guard values["sig"] != nil else { return "it has no signature" }
    if let expiry = values["se"].flatMap({ Instant(Self.padded($0)) }), expiry <= now {
      return "it expired at \(expiry)"
    }
    if let start = values["st"].flatMap({ Instant(Self.padded($0)) }), start > now.advanced(by: .seconds(900)) {
      return "it is not valid before \(start)"
    }
    if values["si"] == nil {
      let missing = rights.filter { !permissions.contains($0) }.map(String.init)
      if !missing.isEmpty { return "it lacks the permission '\(missing.joined(separator: "', '"))'" }
    }
    if let services = values["ss"], !services.contains("b") { return "it is not for blobs" }
    if let resource = values["sr"], resource != "c" { return "it is for one blob, not for a container" }
    return nil
  }

  /// `yyyy-MM-ddTHH:mmZ` is legal in a SAS.
  private static func padded(_ time: String) -> String {
    time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\dZ/#) == nil ? time : time.dropLast() + ":00Z"
  }
}
