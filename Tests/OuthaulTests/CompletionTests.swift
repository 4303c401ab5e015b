// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Shells complete what they can know.
@Suite struct CompletionTests {
  private static func script(_ shell: String) async throws -> String {
    let result = try await Program.run(["--generate-completion-script", shell])
    #expect(result.status == 0)
    return result.output
  }

  /// What bash offers at the end of a line, in the folder of a manifest.
  private static func offered(_ line: [String]) async throws -> [String] {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    try folder.write("", to: "notes.txt")
    try folder.write(try await script("bash"), to: ".completion")
    let asking = """
      source .completion
      COMP_WORDS=("$@")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      _outhaul outhaul "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let path = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
    let result = try await Program.run(
      ["-c", asking, "bash"] + line, in: folder.url, environment: ["PATH": "\(path):/usr/bin:/bin"],
      executable: "/bin/bash")
    #expect(result.errors.isEmpty, "\(result.errors)")
    return result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.sorted()
  }

  private static let lines: [([String], [String])] = [
    (["outhaul", "pl"], ["plan"]), (["outhaul", "plan", ""], ["manifest.yaml"]),
    (["outhaul", "diff", "--format", ""], ["json", "markdown", "text"]),
    (["outhaul", "explain", "Y01"], ["Y010", "Y011", "Y012"]), (["outhaul", "schema", "pl"], ["plan"]),
    (["outhaul", "manual", ""], ["errors", "program"]),
    (["outhaul", "init", "--every", ""], ["day", "hour", "month", "week"]),
    (["outhaul", "run", "manifest.yaml", "--select", "h"], ["history", "history/app-1"]),
    (["outhaul", "run", "--select", ""], []), (["outhaul", "run", "notes.txt", "--select", ""], []),
    (["outhaul", "apps", "manifest.yaml", "--service", ""], ["engagement"]),
  ]

  @Test(arguments: lines)
  func `bash offers what fits`(line: [String], expected: [String]) async throws {
    #expect(try await Self.offered(line) == expected)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `the script of a shell can be read by it`(shell: String) async throws {
    let paths = ["/bin/\(shell)", "/usr/bin/\(shell)"]
    guard let path = paths.first(where: FileManager.default.isExecutableFile) else { return }
    let folder = try TemporaryFolder()
    let file = try folder.write(try await Self.script(shell), to: "script")

    let result = try await Program.run(["-n", file], executable: path)

    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }
}
