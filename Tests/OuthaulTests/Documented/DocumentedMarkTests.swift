// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What is said of blocks in comments, or follows from their form.
@Suite struct DocumentedMarkTests {
  @Test func `a block that is no command and has no mark is told`() {
    let page = DocumentedPage(
      path: "x.md",
      text: """
        # Title
            outhaul schema manifest

        Text

            python3 -m http.server

        <!-- test: json -->
        ```json
        {}
        ```
        - a list

          that goes on
        """)

    #expect(page.blocks.map(\.line) == [2, 6, 10])
    #expect(
      page.blocks.map { DocumentedCommandsTests.marks(of: $0, suite: nil) } == [
        [.run(exit: 0)], [.unknown("")], [.json],
      ])
  }

  @Test func `commands are run on a page whose other blocks another suite holds`() {
    let page = DocumentedPage(
      path: "x.md",
      text: """
        <!-- test: rest by GuideTests -->
            outhaul frobnicate

        Text

            window: {every: day}
        """)

    let marks = page.blocks.map { DocumentedCommandsTests.marks(of: $0, suite: "GuideTests") }
    #expect(marks == [[.run(exit: 0)], [.by(suite: "GuideTests")]])
  }

  @Test func `a pipe fails with any of its commands, and what is left behind ends with the shell`() async throws {
    let project = try await DocumentedProject("empty")

    let pipe = try await project.run("false | cat\n")
    let left = try await project.run("sleep 60 &\necho done\n")

    #expect(pipe.status == 1 && left.status == 0 && left.printed == "done\n", "\(pipe) \(left)")
  }

  /// Which blocks of the page it reads is its own affair; a suite that reads none does not know the page's name.
  @Test func `every suite that pages name is there, and reads the page`() throws {
    let tests = LayerTests.root.appendingPathComponent("Tests")
    let all = FileManager.default.enumerator(atPath: tests.path)?.allObjects as? [String] ?? []
    for path in DocumentedCommandsTests.paths {
      let name = String(path.split(separator: "/").last ?? "")
      let suites = try DocumentedPage(path: path).parts.flatMap(Self.suites)
      #expect(
        suites.isEmpty || name != "README.md" || path == name, "\(path): the name does not tell which page is read")
      for suite in suites {
        let file = try #require(all.first { $0.hasSuffix("/\(suite).swift") }, "\(path): \(suite)")
        let source = try String(contentsOf: tests.appendingPathComponent(file), encoding: .utf8)
        #expect(source.contains("\"\(name)\"") || source.contains("/\(name)\""), "\(path): \(suite)")
      }
    }
  }

  private static func suites(_ part: DocumentedPage.Part) -> [String] {
    switch part {
    case .mark(.rest(let suite)): [suite]
    case .mark: []
    case .block(let block): block.marks.compactMap { if case .by(let suite) = $0 { suite } else { nil } }
    }
  }
}
