// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Pages lead to pages that are there, and all of them can be found.
@Suite struct DocumentedLinkTests {
  private static let docc = LayerTests.root.appendingPathComponent("Sources/BatchExport/Documentation.docc")

  private static let pages: [URL] = {
    let all = FileManager.default.enumerator(at: docc, includingPropertiesForKeys: nil)?.allObjects as? [URL]
    return (all ?? []).filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }
  }()

  private static func text(_ page: URL) throws -> String { try String(contentsOf: page, encoding: .utf8) }
  private static func name(_ page: URL) -> String { page.deletingPathExtension().lastPathComponent }

  @Test func `every link between pages of the documentation leads to one`() throws {
    let names = Set(Self.pages.map(Self.name))
    #expect(names.count > 50)
    for page in Self.pages {
      for link in try Self.text(page).matches(of: #/<doc:([^>]+)>/#) {
        #expect(names.contains(String(link.1)), "\(page.lastPathComponent): \(link.0)")
      }
    }
  }

  @Test func `every page of the documentation is listed`() throws {
    let front = try Self.text(Self.docc.appendingPathComponent("BatchExport.md"))
    for page in Self.pages where Self.name(page) != "BatchExport" {
      #expect(front.contains("- <doc:\(Self.name(page))>"), "BatchExport.md does not list \(Self.name(page))")
    }
  }

  @Test func `README leads to every guide and reference, and to nothing that is not there`() throws {
    let readme = try Self.text(LayerTests.root.appendingPathComponent("README.md"))
    let targets = readme.matches(of: #/\]\(([^)#]+)\)/#).map { String($0.1) }.filter { !$0.contains("://") }
    #expect(targets.count > 20)
    for target in targets {
      let path = LayerTests.root.appendingPathComponent(target).path
      #expect(FileManager.default.fileExists(atPath: path), "\(target)")
    }
    let list = try #require(readme.components(separatedBy: "\n## Where to read on\n").last)
    let listed = list.matches(of: #/\]\(([^)#]+)\)/#).map { String($0.1) }
    #expect(listed.count > 20 && listed.count == Set(listed).count, "the list leads twice to one page")
    let linked = Set(targets.map { LayerTests.root.appendingPathComponent($0).lastPathComponent })
    let wanted = Self.pages.filter { !$0.path.contains("/Decisions/") }
    for page in wanted where Self.name(page) != "BatchExport" {
      #expect(linked.contains(page.lastPathComponent), "README does not lead to \(page.lastPathComponent)")
    }
  }
}
