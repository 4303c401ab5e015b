// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A shared access signature for one container, to be signed (contract.md 6.1, the fields of `AccountKey.version`).
struct ContainerSAS {
  let account: String
  let container: String
  /// Letters in the order of the contract: `racwdl`.
  let permissions: String
  let start: Instant
  var expiry: Instant
  /// https only.
  let isSecure: Bool

  /// A service SAS.
  func query(signedBy key: AccountKey) -> String {
    let fields = [permissions, st, se, resource, "", "", protocols, version, "c", "", "", "", "", "", "", ""]
    return Self.joined(common + [("sig", key.sign(fields.joined(separator: "\n")))])
  }

  /// A user delegation SAS.
  func query(signedBy key: DelegationKey) -> String {
    let fields =
      [permissions, st, se, resource] + key.fields.map(\.value) + ["", "", "", "", protocols, version, "c"]
      + [String](repeating: "", count: 7)
    return Self.joined(common + key.fields + [("sig", key.sign(fields.joined(separator: "\n")))])
  }

  private var st: String { AccountKey.seconds(start) }
  private var se: String { AccountKey.seconds(expiry) }
  private var resource: String { "/blob/\(account)/\(container)" }
  private var protocols: String { isSecure ? "https" : "https,http" }
  private var version: String { AccountKey.version }

  private var common: [(name: String, value: String)] {
    [("sv", version), ("sr", "c"), ("sp", permissions), ("st", st), ("se", se), ("spr", protocols)]
  }

  private static func joined(_ items: [(name: String, value: String)]) -> String {
    items.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
  }
}
