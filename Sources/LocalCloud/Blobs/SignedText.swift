// SPDX-License-Identifier: Apache-2.0

/// The strings that shared access signatures sign, by kind and version (contract.md 6.1). Values are decoded; what is
/// absent is an empty line.
struct SignedText {
  let query: CloudQuery
  let account: String
  let container: String
  /// Empty for the container itself.
  let blob: String

  private var version: String { query.text("sv") }

  /// What the signature is for, in its canonical form.
  private var resource: String {
    let place = "/\(account)/\(container)"
    let kind = version >= "2015-02-21" ? "/blob" + place : place
    switch query["sr"] {
    case "b", "bs", "bv": return "\(kind)/\(blob)"
    case "d":
      let depth = depth ?? 0
      let folder = blob.split(separator: "/", omittingEmptySubsequences: false).prefix(depth).joined(separator: "/")
      return depth == 0 ? kind : "\(kind)/\(folder)"
    default: return kind
    }
  }

  /// Of the folder that the signature is for; `nil` where it says none, or what is none.
  var depth: Int? {
    guard let text = query["sdd"], text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  private var overrides: [String] { ["rscc", "rscd", "rsce", "rscl", "rsct"].map(query.text) }

  /// Signed with the account's key, for a container or what is in it.
  var service: String {
    var fields = ["sp", "st", "se"].map(query.text) + [resource, query.text("si")]
    if version >= "2015-04-05" { fields += ["sip", "spr"].map(query.text) }
    fields.append(version)
    if version >= "2018-11-09" { fields += [query.text("sr"), query.text("snapshot")] }
    if version >= "2020-12-06" { fields.append(query.text("ses")) }
    if version >= "2013-08-15" { fields += overrides }
    return fields.joined(separator: "\n")
  }

  /// Signed with a key that was given to a user.
  var delegation: String {
    var fields = ["sp", "st", "se"].map(query.text) + [resource]
    fields += ["skoid", "sktid", "skt", "ske", "sks", "skv"].map(query.text)
    if version >= "2020-02-10" { fields += ["saoid", "suoid", "scid"].map(query.text) }
    if version >= "2025-07-05" { fields += ["skdutid", "sduoid"].map(query.text) }
    fields += ["sip", "spr", "sv", "sr", "snapshot"].map(query.text)
    if version >= "2020-12-06" { fields.append(query.text("ses")) }
    // Headers and query parameters that a signature binds are none of those that this cloud knows.
    if version >= "2026-04-06" { fields += ["", ""] }
    return (fields + overrides).joined(separator: "\n")
  }

  /// Signed with the account's key, for the whole account; each line has its end.
  var wholeAccount: String {
    var fields = [account] + ["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"].map(query.text)
    if version >= "2020-12-06" { fields.append(query.text("ses")) }
    return fields.map { $0 + "\n" }.joined()
  }
}
