// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A row without a test, and a test without a row, are seen.
@Suite struct ContractCoverageTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let tests = folder.deletingLastPathComponent().deletingLastPathComponent()

  /// The numbers that names of tests in this folder begin with.
  private static func tested() throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "swift" }.flatMap { file in
      try String(contentsOf: file, encoding: .utf8).matches(of: #/func `(\d+b?(?:\.\d+)+) /#).map { String($0.1) }
    }
  }

  @Test func `every row of the contract has its test`() throws {
    let rows = ContractRow.all.filter { if case .here = $0.holder { true } else { false } }.map(\.number)
    let tested = try Self.tested()

    #expect(Set(ContractRow.all.map(\.number)).count == ContractRow.all.count)
    #expect(rows.filter { !tested.contains($0) } == [])
    #expect(Set(tested).subtracting(rows).sorted() == [])
  }

  @Test func `rows that are held elsewhere are held there`() throws {
    for row in ContractRow.all {
      guard case .elsewhere(let file, let name) = row.holder else { continue }
      let text = try String(contentsOf: Self.tests.appendingPathComponent(file), encoding: .utf8)
      #expect(text.contains(name), "\(row.number) \(row.title)")
    }
  }
}
