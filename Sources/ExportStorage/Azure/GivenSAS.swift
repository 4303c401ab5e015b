// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A shared access signature that somebody else made: its query, taken as given.
struct GivenSAS: Sendable {
  let query: String
  private let values: [String: String]
  /// What is told by the text alone.
  private let facts: Facts

  private struct Facts {
    var hasVersion = false
    /// `nil` for what is no time.
    var start: Instant?
    var end: Instant?
  }

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
    facts = Facts(
      hasVersion: values["sv"].map { $0.wholeMatch(of: #/\d{4}-\d\d-\d\d/#) != nil } ?? false,
      start: values["st"].flatMap { Instant(Self.padded($0)) }, end: values["se"].flatMap { Instant(Self.padded($0)) })
  }

  var permissions: String { values["sp"] ?? "" }

  /// Whether blobs may be read with it.
  var mayRead: Bool { permissions.contains("r") }

  /// Whether the container may be listed with it. A stored policy may permit what the text does not say.
  var mayList: Bool { permissions.contains("l") }

  /// What makes it useless for an export; `nil` when nothing does. A stored policy may hold what the text does not.
  /// - Parameters:
  ///   - rights: letters of the permissions that are needed.
  ///   - url: of the container.
  func problem(now: Instant, rights: String, url: String) -> String? {
    guard values["sig"].map({ !$0.isEmpty }) ?? false else { return "it has no signature" }
    guard let version = values["sv"] else { return "it has no version 'sv'" }
    guard facts.hasVersion else { return "its version '\(version)' is none" }
    return timeProblem(now) ?? kindProblem ?? rightsProblem(rights) ?? protocolProblem(url)
  }

  private func timeProblem(_ now: Instant) -> String? {
    if let text = values["se"] {
      guard let expiry = facts.end else { return "its end '\(text)' is not a time" }
      if expiry <= now { return "it expired at \(expiry)" }
    } else if values["si"] == nil {
      return "it has no end 'se'"
    }
    if let text = values["st"] {
      guard let start = facts.start else { return "its start '\(text)' is not a time" }
      if start > now.advanced(by: AzureContainerStore.clockSkew) { return "it is not valid before \(start)" }
    }
    return nil
  }

  /// A container's, or an account's that reaches containers and blobs.
  private var kindProblem: String? {
    if let services = values["ss"] {
      if !services.contains("b") { return "it is not for blobs" }
      let types = values["srt"] ?? ""
      let missing = ["c", "o"].filter { !types.contains($0) }
      return missing.isEmpty ? nil : "it does not reach containers and blobs: 'srt=\(types)'"
    }
    switch values["sr"] {
    case "c": return nil
    case "d": return "it is for a directory, not for a container"
    case "b", "bs", "bv": return "it is for one blob, not for a container"
    case let other?: return "it is for 'sr=\(other)', not for a container"
    case nil: return "it says no resource 'sr'"
    }
  }

  private func rightsProblem(_ rights: String) -> String? {
    guard values["si"] == nil else { return nil }
    let missing = rights.filter { !permissions.contains($0) }.map(String.init)
    return missing.isEmpty ? nil : "it lacks the permission '\(missing.joined(separator: "', '"))'"
  }

  private func protocolProblem(_ url: String) -> String? {
    url.hasPrefix("http:") && values["spr"] == "https" ? "it is for https only" : nil
  }

  /// `yyyy-MM-ddTHH:mmZ` is legal in a SAS.
  private static func padded(_ time: String) -> String {
    time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\dZ/#) == nil ? time : time.dropLast() + ":00Z"
  }
}
