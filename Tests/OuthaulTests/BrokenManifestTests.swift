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
  @Test(arguments: BrokenManifest.names) func `everything that is wrong is told, and nothing else`(name: String) throws
  {
    let test = try BrokenManifest(name)

    let told = try test.told()

    if ProcessInfo.processInfo.environment["OUTHAUL_RECORD"] != nil {
      try Data(test.head + Array(told.utf8)).write(to: BrokenManifest.folder.appendingPathComponent("\(name).txt"))
      Issue.record("\(name) was recorded")
    } else {
      #expect(told == test.expected, "\(name)")
    }
  }

  @Test func `every code of manifests, plans and YAML has its broken manifest`() throws {
    #expect(BrokenManifest.names.count >= 150)
    var seen: Set<String> = []
    for name in BrokenManifest.names {
      seen.formUnion(try BrokenManifest(name).expected.matches(of: #/\[([A-Z][0-9]{3})\]/#).map { String($0.1) })
    }
    // Five million jobs, a file of 64 MiB, what only a service can tell, and what needs a description of its own are
    // tested elsewhere.
    let left = DiagnosticCatalogue.all.map(\.code).filter { !$0.hasPrefix("D") && !seen.contains($0) }

    #expect(left == ["P004", "P010", "P011", "P012", "P015", "P020", "P021", "Y002"])
  }

  @Test func `no broken manifest shows a secret, and none is right`() throws {
    for name in BrokenManifest.names {
      let expected = try BrokenManifest(name).expected

      #expect(!expected.contains("hunter2"), "\(name)")
      #expect(
        expected.hasSuffix(" error\n") || expected.hasSuffix(" errors\n") || expected.hasSuffix(" warning\n")
          || expected.hasSuffix(" warnings\n"), "\(name)"
      )
    }
  }
}
