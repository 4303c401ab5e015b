// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// A file is whole, or what it was.
@Suite struct WholeFileTests {
  private struct Cut: Error {}

  @Test func `a file is put in its place when it is whole`() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("report.json")
    try folder.write("old", to: "report.json")

    try WholeFile.write(to: url) { take in
      try take(Array("new ".utf8))
      #expect(try String(contentsOf: url, encoding: .utf8) == "old")
      try take(Array("text".utf8))
    }

    #expect(try String(contentsOf: url, encoding: .utf8) == "new text")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["report.json"])
  }

  @Test func `what goes wrong on the way leaves the old file and no draft`() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "report.json")
    for name in ["report.json", "other.json"] {
      let url = folder.url.appendingPathComponent(name)
      #expect(throws: Cut.self) {
        try WholeFile.write(to: url) { take in
          try take(Array("half".utf8))
          throw Cut()
        }
      }
    }

    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["report.json"])
    #expect(try String(contentsOf: folder.url.appendingPathComponent("report.json"), encoding: .utf8) == "old")
  }

  @Test func `who might read the file before may read it afterwards, and nobody else`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "report.json")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)

    try WholeFile.write(to: URL(fileURLWithPath: path)) { try $0(Array("new".utf8)) }

    let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(rights == 0o640)
  }
}
