// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// The page "Errors and what to do", made from the lists that the program itself speaks from.
struct ErrorsPage {
  /// Markdown; the same for the same program.
  var text: String {
    var parts = [Self.beginning, Self.exitStatuses, Self.causes]
    for (heading, letter) in Self.families {
      parts.append("## \(heading)")
      parts += DiagnosticCatalogue.all.filter { $0.code.hasPrefix(letter) }.map(Self.section)
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  // MARK: Tables

  private static var exitStatuses: String {
    let rows = ExitStatus.allCases.map { "| \($0.rawValue) | \(cell($0.meaning)) | \(cell($0.advice)) |" }
    return "## Exit status\n\n| status | meaning | what to do |\n|---|---|---|\n" + rows.joined(separator: "\n")
  }

  private static var causes: String {
    let rows = FailureCauses.all.map { "| `\($0.word)` | \(cell($0.meaning)) | \(cell($0.advice)) |" }
    return causesBeginning + "\n\n| cause | told as | what to do |\n|---|---|---|\n" + rows.joined(separator: "\n")
  }

  // MARK: Diagnostics

  private static func section(_ entry: DiagnosticCode) -> String {
    var parts = ["### \(entry.code): \(prose(entry.title))", prose(entry.meaning)]
    if let example = entry.example {
      parts.append(example.form.heading + ":")
      parts.append(block(example.broken))
    }
    parts.append(prose(entry.fix))
    if let fixed = entry.example?.fixed { parts.append(block(fixed)) }
    return parts.joined(separator: "\n\n")
  }

  /// Fenced: what is shown may begin or end with blanks.
  private static func block(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
    while lines.last == "" { lines.removeLast() }
    return "```text\n" + lines.joined(separator: "\n") + "\n```"
  }

  private static func prose(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: " ").reduce(into: "") { result, character in
      if "\\*<[`".contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  private static func cell(_ text: String) -> String { prose(text).replacing("|", with: "\\|") }
}
