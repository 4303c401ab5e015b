// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// One of `Broken/*.txt`: a manifest, the files and variables that go with it, and what is told of it.
struct BrokenManifest {
  static let folder = LayerTests.root.appendingPathComponent("Tests/OuthaulTests/Broken")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  var manifest: [UInt8] = []
  var files: [(name: String, bytes: [UInt8])] = []
  var variables: [String: String] = [:]
  var expected = ""
  /// Everything up to the expected text.
  var head: [UInt8] = []

  init(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent("\(name).txt")))
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
