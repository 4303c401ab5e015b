// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The build checks imports of the program's own targets; this checks those of the test targets, which the flag
/// `--explicit-target-dependency-import-check` does not see.
@Suite struct LayerTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Modules of ours and of packages that a test target may import only when it declares them.
  static let guarded: Set<String> = [
    "ExportYAML", "ExportCore", "ExportManifest", "ExportPlan", "ExportRun", "ExportReport", "ExportHTTP",
    "ExportServices", "ExportStorage", "BatchExport", "LocalCloud", "outhaul", "ExportTesting", "GRDB", "Crypto",
    "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "Hummingbird", "Logging", "ArgumentParser", "Mustache",
  ]

  @Test func `test targets import only what they declare`() throws {
    let package = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    let targets = try Self.testTargets(in: package)

    #expect(targets.count >= 9)
    for (name, declared) in targets {
      let imports = try Self.imports(of: Self.root.appendingPathComponent("Tests/\(name)"))
      let missing = imports.intersection(Self.guarded).subtracting(declared)
      #expect(missing.isEmpty, "\(name) imports \(missing.sorted()) without declaring them")
    }
  }

  @Test func `an undeclared import is found`() throws {
    let found = try Self.testTargets(in: #".testTarget(name: "XTests", dependencies: ["ExportCore"])"#)

    #expect(found["XTests"] == ["ExportCore"])
    #expect(Self.imports(in: "@testable import ExportRun\nimport struct GRDB.Row\n") == ["ExportRun", "GRDB"])
  }

  @Test func `only the command prints, reads the environment or exits`() throws {
    let forbidden = try Regex(#"(^|[^A-Za-z.])(print|exit)\(|ProcessInfo\.processInfo\.environment"#)
    let sources = Self.root.appendingPathComponent("Sources")
    for file in Self.swiftFiles(below: sources) where !file.path.contains("/Sources/outhaul/") {
      let text = try String(contentsOf: file, encoding: .utf8)
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let code = line.prefix { $0 != "/" }
        #expect(try forbidden.firstMatch(in: code) == nil, "\(file.lastPathComponent):\(number + 1)")
      }
    }
  }

  @Test func `the local cloud imports nothing of ours`() throws {
    let imports = try Self.imports(of: Self.root.appendingPathComponent("Sources/LocalCloud"))

    #expect(imports.filter { $0.hasPrefix("Export") || $0 == "BatchExport" }.isEmpty)
  }

  // MARK: Reading

  private static func testTargets(in package: String) throws -> [String: Set<String>] {
    var targets: [String: Set<String>] = [:]
    for part in package.components(separatedBy: ".testTarget(").dropFirst() {
      let own = part.components(separatedBy: "swiftSettings:")[0]
      let words = own.matches(of: #/"([A-Za-z0-9.\-]+)"/#).map { String($0.1) }
      guard let name = words.first else { continue }
      targets[name] = Set(words.dropFirst())
    }
    return targets
  }

  private static func imports(of folder: URL) throws -> Set<String> {
    try swiftFiles(below: folder).reduce(into: []) {
      $0.formUnion(imports(in: try String(contentsOf: $1, encoding: .utf8)))
    }
  }

  private static func imports(in text: String) -> Set<String> {
    let pattern =
      #/^\s*(?:@[A-Za-z_()]+\s+)*(?:public |internal |private )?import (?:struct |class |enum |func |protocol |typealias )?([A-Za-z0-9_]+)/#
    return Set(text.split(separator: "\n").compactMap { $0.firstMatch(of: pattern).map { String($0.1) } })
  }

  static func swiftFiles(below folder: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (all?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
  }
}
