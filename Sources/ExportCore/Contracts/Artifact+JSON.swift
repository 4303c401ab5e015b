// SPDX-License-Identifier: Apache-2.0

// How results stand in the journal, in reports and beside files: one form.
extension Verification {
  public var json: JSONValue {
    ["level": .string(level.rawValue), "artifacts": .array(artifacts.map(\.json))]
  }

  /// As `json`, canonical.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("artifacts")
    json.beginArray()
    for artifact in artifacts { artifact.write(to: &json) }
    json.endArray()
    json.member("level", level.rawValue)
    json.endObject()
  }

  public init?(_ json: JSONValue) {
    guard let level = json["level"]?.string.flatMap(Level.init), let artifacts = json["artifacts"]?.array else {
      return nil
    }
    self.init(level, artifacts: artifacts.compactMap { Artifact($0) })
  }
}

extension Artifact {
  public var json: JSONValue {
    .object(
      [
        "name": .string(name), "bytes": .int(bytes), "sha256": sha256.map { .string($0.hex) },
        "rows": rows.map { .int($0) },
      ].compactMapValues { $0 })
  }

  /// As `json`, canonical.
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("bytes", bytes)
    json.member("name", name)
    if let rows { json.member("rows", rows) }
    if let sha256 { json.member("sha256", sha256) }
    json.endObject()
  }

  public init?(_ json: JSONValue) {
    guard let name = json["name"]?.string, let bytes = json["bytes"]?.int else { return nil }
    self.init(
      name: name, bytes: bytes, sha256: json["sha256"]?.string.flatMap { Digest(hex: $0) }, rows: json["rows"]?.int)
  }
}
