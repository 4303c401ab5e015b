// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Testing

/// A description with a mistake at `1️⃣`.
enum MarkedDescription {
  /// The mistake is told at the mark, and no description comes of it.
  /// - Parameter expected: the message with its code.
  static func expect(_ marked: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let (description, problems) = ServiceDescription.load(
      SourceFile(name: "s.yaml", text: marked.replacing("1️⃣", with: "")))
    let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.firstIndex { $0.contains("1️⃣") } ?? 0
    let column = lines[line].firstRange(of: "1️⃣").map {
      lines[line].distance(from: lines[line].startIndex, to: $0.lowerBound)
    }
    #expect(description == nil, sourceLocation: sourceLocation)
    #expect(
      problems.text().contains("s.yaml:\(line + 1):\((column ?? -1) + 1): error: \(expected)\n"), "\(problems.text())",
      sourceLocation: sourceLocation)
  }

  /// Nothing is wrong with it.
  static func expectGood(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let problems = ServiceDescription.load(SourceFile(name: "s.yaml", text: text)).diagnostics
    #expect(problems.isEmpty, "\(problems.text())", sourceLocation: sourceLocation)
  }
}
