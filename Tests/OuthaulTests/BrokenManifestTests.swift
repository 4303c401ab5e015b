// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// Broken manifests, each with everything that is told of it: `Broken/*.txt`. A file holds the manifest, then what lines
/// beginning with `===` announce: other files, variables, and the text that `outhaul validate` prints.
///
/// With `OUTHAUL_RECORD=1` in the environment the expected texts are written anew. That fails the run, so that nobody
/// takes it for a test.
@Suite struct BrokenManifestTests {
  private static let folder = LayerTests.root.appendingPathComponent("Tests/OuthaulTests/Broken")

  private static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  private struct Case {
    var manifest: [UInt8] = []
    var files: [(name: String, bytes: [UInt8])] = []
    var variables: [String: String] = [:]
    var expected = ""
    /// Everything up to the expected text.
    var head: [UInt8] = []

    init(_ name: String) throws {
      let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name).txt")))
      var word = "manifest"
      var rest = bytes[...]
      while !rest.isEmpty {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
        let line = rest[..<end]
        rest = rest[end...]
        if line.starts(with: Array("=== ".utf8)) {
          word = String(decoding: line.dropFirst(4).dropLast(), as: UTF8.self)
          if word.hasPrefix("file ") { files.append((String(word.dropFirst(5)), [])) }
          if word.hasPrefix("variable ") {
            let parts = word.dropFirst(9).split(separator: "=", maxSplits: 1).map(String.init)
            variables[parts[0]] = parts[1]
          }
          if word == "expected" {
            expected = String(decoding: rest, as: UTF8.self)
            head = Array(bytes[..<end])
            return
          }
        } else if word == "manifest" {
          manifest += line
        } else {
          files[files.count - 1].bytes += line
        }
      }
      Issue.record("\(name) has no line '=== expected'")
    }

    /// What is told.
    func told() throws -> String {
      let place = try TemporaryFolder()
      for (name, bytes) in files + [("manifest.yaml", manifest)] {
        let url = place.url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
      }
      let path = place.url.appendingPathComponent("manifest.yaml").path
      var diagnostics: DiagnosticList
      do {
        let project = try Project(path: path, variables: variables, environment: [:])
        diagnostics = project.diagnostics
        diagnostics.add(contentsOf: try project.expanded(asOf: #require(Instant("2016-06-01T00:00:00Z"))).remarks)
      } catch ProjectError.invalid(let problems) {
        diagnostics = problems
      }
      return diagnostics.isEmpty ? "" : diagnostics.text().replacing(place.url.path + "/", with: "") + "\n"
    }
  }

  @Test(arguments: names) func `everything that is wrong is told, and nothing else`(name: String) throws {
    let test = try Case(name)

    let told = try test.told()

    if ProcessInfo.processInfo.environment["OUTHAUL_RECORD"] != nil {
      try Data(test.head + Array(told.utf8)).write(to: Self.folder.appendingPathComponent("\(name).txt"))
      Issue.record("\(name) was recorded")
    } else {
      #expect(told == test.expected, "\(name)")
    }
  }

  @Test func `every code of manifests, plans and YAML has its broken manifest`() throws {
    #expect(Self.names.count >= 150)
    var seen: Set<String> = []
    for name in Self.names {
      seen.formUnion(try Case(name).expected.matches(of: #/\[([A-Z][0-9]{3})\]/#).map { String($0.1) })
    }
    // Five million jobs, a file of 64 MiB, and what only a service can tell are tested elsewhere.
    let left = DiagnosticCatalogue.all.map(\.code).filter { !$0.hasPrefix("D") && !seen.contains($0) }

    #expect(left == ["P004", "P010", "P011", "P012", "Y002"])
  }

  @Test func `no broken manifest shows a secret, and none is right`() throws {
    for name in Self.names {
      let expected = try Case(name).expected

      #expect(!expected.contains("hunter2"), "\(name)")
      #expect(
        expected.hasSuffix(" error\n") || expected.hasSuffix(" errors\n") || expected.hasSuffix(" warning\n"), "\(name)"
      )
    }
  }
}
