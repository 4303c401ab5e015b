// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// Every block of README, guides and examples is run, held by another suite, or on a list of those that cannot be.
@Suite struct DocumentedCommandsTests {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let docc = "Sources/BatchExport/Documentation.docc"

  /// From the project's folder on, in order.
  static let paths: [String] = {
    let files = FileManager.default
    func below(_ folder: String) -> [String] {
      let all = files.enumerator(atPath: LayerTests.root.appendingPathComponent(folder).path)?.allObjects as? [String]
      return (all ?? []).map { "\(folder)/\($0)" }
    }
    let guides = below("\(docc)/Guides").filter { $0.hasSuffix(".md") }
    let examples = below("Examples").filter { $0.hasSuffix("/README.md") && !$0.contains("/.") }
    return (["README.md", "CONTRIBUTING.md", "\(docc)/BatchExport.md"] + guides + examples).sorted()
  }()

  @Test(arguments: Self.paths)
  func `what a page shows is what the program does`(path: String) async throws {
    let page = try DocumentedPage(path: path)
    var project: DocumentedProject?
    var name = "sample"
    var suite: String?
    var printed = ""

    for part in page.parts {
      switch part {
      case .mark(.project(let other)): (project, name) = (nil, other)
      case .mark(.rest(let other)): suite = other
      case .mark: break
      case .block(let block):
        for mark in Self.marks(of: block, suite: suite) {
          let place = "\(path):\(block.line)"
          let current = try await Self.project(&project, name, for: mark)
          printed = try await Self.hold(mark, block, at: place, in: current, after: printed)
        }
      }
    }
  }

  /// What cannot be run, and what nobody would, is on the list beside this file, so that it grows with somebody's knowledge
  /// alone.
  @Test func `the blocks that are not run are those on the list`() throws {
    let found = try Self.paths.flatMap { path in
      try DocumentedPage(path: path).blocks.flatMap { block in
        block.marks.compactMap { mark in
          Self.reason(mark).map { "\(path): \(block.text.split(separator: "\n").first ?? ""): \($0)" }
        }
      }
    }
    let list = try String(contentsOf: Self.here.appendingPathComponent("not-run.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)

    print("Documented and not run:", found.isEmpty ? " nothing" : "\n  " + found.joined(separator: "\n  "))
    #expect(found.filter { !list.contains($0) } == [], "not on the list of Tests/OuthaulTests/Documented/not-run.txt")
    #expect(list.filter { !found.contains($0) } == [], "on the list, and no longer there")
  }

  // MARK: Marks

  /// What is done with a block.
  static func marks(of block: DocumentedPage.Block, suite: String?) -> [DocumentedMark] {
    if block.marks.contains(where: { if case .first = $0 { false } else { true } }) { return block.marks }
    if block.isCommands { return block.marks + [.run(exit: 0)] }
    return block.marks + [suite.map { .by(suite: $0) } ?? .unknown("")]
  }

  private static func reason(_ mark: DocumentedMark) -> String? {
    switch mark {
    case .notRun(let reason): reason
    case .shown: "shown"
    default: nil
    }
  }

  // MARK: What is done

  private static func project(
    _ project: inout DocumentedProject?, _ name: String, for mark: DocumentedMark
  ) async throws -> DocumentedProject? {
    switch mark {
    case .first, .run, .then, .serve, .file, .manifest:
      if let project { return project }
      let made = try await DocumentedProject(name)
      project = made
      return made
    default: return project
    }
  }

  /// - Returns: what the last command printed.
  private static func hold(
    _ mark: DocumentedMark, _ block: DocumentedPage.Block, at place: String, in project: DocumentedProject?,
    after printed: String
  ) async throws -> String {
    switch mark {
    case .first(let command), .then(let command):
      let result = try await project?.run(command)
      #expect(result?.status == 0, "\(place): \(command): \(result?.printed ?? "")")
    case .run(let status):
      let result = try await project?.run(block.text)
      #expect(result?.status == status, "\(place): \(result?.printed ?? "")")
      #expect(
        status == 0 || block.text.split(separator: "\n").count == 1, "\(place): which command ends with \(status)?")
      return result?.printed ?? ""
    case .serve:
      let line = try await project?.serve(block.text) ?? ""
      #expect((try? JSONValue(parsing: Data(line.utf8))) != nil, "\(place): \(line)")
    case .output:
      #expect(DocumentedOutput(shown: block.text).fits(printed), "\(place): this is printed:\n\(printed)")
    case .file(let path): try project?.write(block.text, to: path)
    case .manifest:
      try project?.write(block.text, to: "manifest.yaml")
      let result = try await project?.run("outhaul validate manifest.yaml")
      #expect(result?.status == 0, "\(place): \(result?.printed ?? "")")
    case .json:
      let value = try? JSONValue(parsing: Data(block.text.utf8))
      #expect(value != nil, "\(place): this is no JSON")
    case .by, .shown, .notRun: break
    case .unknown(""):
      Issue.record("\(place): a block that is no command needs a comment '<!-- test: … -->'; see DocumentedMark")
    case .unknown(let words): Issue.record("\(place): '\(words)' is no mark; see DocumentedMark")
    case .project, .rest: break
    }
    return printed
  }
}
