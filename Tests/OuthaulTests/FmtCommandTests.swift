// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct FmtCommandTests {
  private static let untidy = "manifest:   1\nname: nightly # every night\napps: { a: {} }\n\n\n\nvariables: {}\n"
  private static let tidy = "manifest: 1\nname: nightly # every night\napps: {a: {}}\n\nvariables: {}\n"

  @Test func `files are written in form once, and named`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.untidy.replacing(" # every", with: "  # every"), to: "a.yaml")
    try folder.write(SampleManifest.nightly(), to: "b.yaml")

    let first = try await Program.run(["fmt", "a.yaml", "b.yaml"], in: folder.url)
    let second = try await Program.run(["fmt", "a.yaml", "b.yaml", "--output", "json"], in: folder.url)

    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output == "a.yaml\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.tidy.replacing(" # every", with: "  # every"))
    #expect(
      second.output == #"{"files":[{"file":"a.yaml","result":"same"},{"file":"b.yaml","result":"same"}],"fmt":1}"#
        + "\n")
  }

  @Test func `--check and --diff write nothing, and tell a difference with 2`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.untidy, to: "a.yaml")

    let check = try await Program.run(["fmt", "--check", "a.yaml"], in: folder.url)
    let diff = try await Program.run(["fmt", "--diff", "a.yaml"], in: folder.url)

    #expect(check.status == 2)
    #expect(check.output == "a.yaml\n")
    #expect(diff.status == 2)
    #expect(
      diff.output == """
        --- a.yaml
        +++ a.yaml
        @@ -1,7 +1,5 @@
        -manifest:   1
        -name: nightly # every night
        -apps: { a: {} }
        -
        -
        +manifest: 1
        +name: nightly  # every night
        +apps: {a: {}}
         
         variables: {}

        """)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.untidy)
  }

  @Test func `a diff is one that patch takes`() async throws {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly().replacing("{env: ", with: "{ env:  ").replacing(
      "window: {", with: "window:  { ")
    let path = try folder.write(manifest, to: "a.yaml")
    let diff = try await Program.run(["fmt", "--diff", "a.yaml"], in: folder.url)
    let patch = try folder.write(diff.output, to: "a.patch")

    let result = try await Program.run(["apply", "-p0", patch], in: folder.url, executable: "/usr/bin/git")

    #expect(result.status == 0, "\(result.errors)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == SampleManifest.nightly())
  }

  @Test func `a file that is wrong is told, the others are written, and the status is 65`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("a: [1\n", to: "bad.yaml")
    try folder.write("? a\n: 1\n", to: "marked.yaml")
    let path = try folder.write("a:  1\n", to: "good.yaml")

    let result = try await Program.run(["fmt", "bad.yaml", "marked.yaml", "good.yaml"], in: folder.url)

    #expect(result.status == 65)
    #expect(result.output == "good.yaml\n")
    #expect(result.errors.contains("bad.yaml:"))
    #expect(result.errors.contains("marked.yaml: left alone: it has a key that is marked with '?'\n"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "a: 1\n")
  }

  @Test func `what cannot be laid out is not in form by --check`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("? a\n: 1\n", to: "marked.yaml")

    let written = try await Program.run(["fmt", "marked.yaml"], in: folder.url)
    let checked = try await Program.run(["fmt", "--check", "marked.yaml"], in: folder.url)

    #expect(written.status == 0)
    #expect(checked.status == 2)
    #expect(checked.errors == "marked.yaml: left alone: it has a key that is marked with '?'\n")
  }

  @Test func `- is standard input to standard output`() async throws {
    let result = try await Program.run(
      ["-c", "printf 'a:   [ 1 ]\\n' | '\(Program.path)' fmt -"], executable: "/bin/bash")

    #expect(result.status == 0)
    #expect(result.output == "a: [1]\n")
  }
}
