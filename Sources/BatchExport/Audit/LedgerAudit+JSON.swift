// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportStorage

extension LedgerAudit.Outcome {
  /// The version of the format.
  public static let version = 1

  /// The document of `Schemas/verify.schema.json`.
  /// - Parameter fill: the command that exports again what is due; `nil` when nothing is.
  public func json(of name: String, fill: String?) -> JSONValue {
    .object(
      [
        "bytes": .int(bytes), "files": .int(Int64(files)), "fill": fill.map { .string($0) },
        "findings": .array(findings.map(\.json)), "jobs": .int(Int64(jobs)), "name": .string(name),
        "read": .int(Int64(read)), "recorded": .bool(isRecorded), "restored": .array(restored.map { .string($0) }),
        "verify": .int(Int64(Self.version)),
      ].compactMapValues { $0 })
  }
}

extension LedgerAudit.Finding {
  fileprivate var json: JSONValue {
    [
      "due": .string(due.rawValue), "files": .array(files.map(\.json)), "key": .string(key.hex),
      "title": .string(title),
    ]
  }
}

extension LedgerAudit.File {
  fileprivate var json: JSONValue {
    switch loss {
    case .missing: ["loss": "missing", "name": .string(name)]
    case .changed: ["loss": "changed", "name": .string(name)]
    case .resized(let recorded, let found):
      ["found": .int(found), "loss": "resized", "name": .string(name), "recorded": .int(recorded)]
    }
  }
}
