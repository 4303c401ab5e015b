// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// What the credential of a container says of itself, without its signature (contract.md, section 6.1).
public struct ContainerCredential: Sendable, Equatable {
  public enum Kind: String, Sendable, Equatable {
    case accountKey = "account key"
    case service = "service SAS"
    case account = "account SAS"
    case delegation = "user delegation SAS"
    /// Signs user delegation SAS itself.
    case token = "Microsoft Entra credential"
  }

  public var kind: Kind
  /// Letters; `nil` for the account's key, which may do all, for a token, which does not say, and where a stored policy
  /// says them.
  public var rights: String?
  public var start: Instant?
  public var expiry: Instant?
  public var protocols: String?
  public var addresses: String?
  /// What makes it no credential of a container at all; `nil` when nothing does.
  public var flaw: String?

  public init(_ kind: Kind) { self.kind = kind }

  /// It is a signature that somebody else made.
  public var isGiven: Bool { kind != .accountKey && kind != .token }

  /// Whether it says that it permits what a letter stands for. What a stored policy permits is not known, and taken as so.
  public func permits(_ letter: Character) -> Bool { rights?.contains(letter) ?? true }

  /// - Parameter query: of a signed address, with or without `?`.
  init(signature query: String) {
    var values: [String: String] = [:]
    for item in query.split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1)
      guard let name = parts.first else { continue }
      values[String(name)] = parts.count > 1 ? PercentEncoding.decode(parts[1]) ?? "" : ""
    }
    kind = values["ss"] != nil ? .account : values["skoid"] != nil ? .delegation : .service
    rights = values["sp"] ?? (values["si"] == nil ? "" : nil)
    (start, expiry) = (Self.time(values["st"]), Self.time(values["se"]))
    (protocols, addresses) = (values["spr"], values["sip"])
    flaw = Self.flaw(values)
  }

  private static func flaw(_ values: [String: String]) -> String? {
    if values["sig"]?.isEmpty ?? true { return "it has no signature 'sig'" }
    if values["sv"] == nil { return "it has no version 'sv'" }
    if let services = values["ss"] {
      if !services.contains("b") { return "it is not for blobs: 'ss=\(services)'" }
      let types = values["srt"] ?? ""
      let missing = ["c", "o"].filter { !types.contains($0) }
      return missing.isEmpty ? nil : "'srt=\(types)' lacks \(missing.joined(separator: " and "))"
    }
    if let resource = values["sr"], resource != "c" { return "'sr=\(resource)' is not a container" }
    if values["se"] == nil, values["si"] == nil { return "it has no end 'se'" }
    return values["sr"] == nil ? "it says no resource 'sr'" : nil
  }

  /// `yyyy-MM-ddTHH:mmZ` is legal in a SAS.
  private static func time(_ text: String?) -> Instant? {
    guard let text else { return nil }
    let isShort = text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\dZ/#) != nil
    return Instant(isShort ? text.dropLast() + ":00Z" : text[...])
  }
}
