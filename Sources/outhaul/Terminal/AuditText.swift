// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// What is missing or changed of what was exported, for people.
struct AuditText {
  /// Files of one job that are named; the rest is counted.
  private static let filesMost = 3

  let text: String

  /// - Parameter fill: the command that exports again what is due.
  init(_ outcome: LedgerAudit.Outcome, of name: String, fill: String?) {
    var lines = [Self.verdict(outcome, of: name)]
    for finding in outcome.findings {
      lines.append("  \(finding.title.shown): \(Self.words(finding).shown)")
    }
    if !outcome.restored.isEmpty {
      lines.append(
        "the files of \(Count.words(outcome.restored.count, "job")) are there again: \(Self.some(outcome.restored))"
      )
    }
    let lost = outcome.findings.filter { !$0.due.isDue }
    if !lost.isEmpty {
      lines.append("no run brings back: \(Self.some(lost.map { "\($0.title) (\($0.due.rawValue))" }))")
    }
    if let fill { lines += ["", "export them again with:", "  \(fill)"] }
    text = lines.joined(separator: "\n")
  }

  private static func verdict(_ outcome: LedgerAudit.Outcome, of name: String) -> String {
    guard outcome.jobs > 0 else { return "\(name): nothing was exported yet" }
    let files = "\(Count.words(outcome.files, "file")) of \(Count.words(outcome.jobs, "job"))"
    let unread = outcome.files - outcome.read
    let how =
      unread == 0
      ? "read and unchanged"
      : outcome.read == 0 ? "there, by name and size" : "there, \(outcome.read) of them read"
    guard !outcome.findings.isEmpty else { return "\(name): \(files) \(how)" }
    return
      "\(name): of \(files), \(outcome.findings.count) \(outcome.findings.count == 1 ? "job is" : "jobs are") not as verified"
  }

  private static func words(_ finding: LedgerAudit.Finding) -> String {
    var words = finding.files.prefix(filesMost).map { file in
      switch file.loss {
      case .missing: "'\(file.name)' is missing"
      case .changed: "'\(file.name)' has another content"
      case .resized(let recorded, let found): "'\(file.name)' has \(found) bytes instead of \(recorded)"
      }
    }
    if finding.files.count > filesMost { words.append("and \(finding.files.count - filesMost) more") }
    return words.joined(separator: "; ")
  }

  private static func some(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ").shown + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
