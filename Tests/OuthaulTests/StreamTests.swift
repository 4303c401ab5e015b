// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// Standard output and standard error that take nothing, or not at once: the real binary.
@Suite(.serialized) struct StreamTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 6, apps: 2), to: "manifest.yaml")
    return folder
  }

  @Test(arguments: [
    ["report", "--local"], ["plan", "manifest.yaml", "--output", "json"], ["schema", "plan"],
    ["runs", "--local", "--output", "json"], ["plan", "manifest.yaml", "--detailed-exitcode"],
  ])
  func `what cannot be printed is an error`(words: [String]) async throws {
    let folder = try Self.folder()
    let run = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000", "--select", "dataset:tag"], in: folder.url)

    let result = try await Program.run(
      ["-c", "exec \"$0\" \"$@\" > /dev/full", Program.path] + words, in: folder.url, executable: "/bin/sh")

    #expect(run.status == 0, "\(run.errors)")
    #expect(result.status == 70, "\(result.errors)")
    #expect(
      result.errors.hasSuffix("error: cannot write to standard output: No space left on device\n"), "\(result.errors)")
  }

  @Test func `a reader that has had enough is no error`() async throws {
    let folder = try Self.folder()

    let result = try await Program.run(
      ["-c", "{ \"$0\" plan manifest.yaml --output json; echo $? >&2; } | head -c 1", Program.path], in: folder.url,
      executable: "/bin/sh")

    #expect(result.errors == "0\n" && result.output == "{")
  }

  @Test func `a pipe that does not wait for its reader gets everything`() async throws {
    let folder = try Self.folder()
    let words = ["plan", "manifest.yaml", "--as-of", "2016-02-10T12:00:00Z", "--output", "json"]
    let whole = try await Program.run(words, in: folder.url)
    let (output, errors) = (Pipe(), Pipe())
    let writing = output.fileHandleForWriting.fileDescriptor
    // F_SETPIPE_SZ: a page.
    _ = fcntl(writing, 1031, 4096)
    _ = fcntl(writing, F_SETFL, fcntl(writing, F_GETFL) | O_NONBLOCK)

    let process = Self.process(words, in: folder.url, output, errors)
    try process.run()
    let told = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()

    #expect(whole.output.utf8.count > 3 * 4096)
    #expect(process.terminationStatus == 0 && told == Data(whole.output.utf8), "\(told.count)")
  }

  @Test(arguments: [1, 3])
  func `a run is stopped by signals though standard error takes nothing`(signals: Int) async throws {
    let folder = try Self.folder()
    let (output, errors) = (Pipe(), Pipe())
    try Self.fill(errors)

    let process = Self.process(["run", "manifest.yaml", "--local", "--speed", "1"], in: folder.url, output, errors)
    try process.run()
    // Once it has written what happened, it waits for signals.
    let runs = folder.url.appendingPathComponent(".outhaul/local/runs")
    while process.isRunning, Self.events(in: runs) < 100 { try await Task.sleep(for: .milliseconds(10)) }
    for _ in 0..<signals { kill(process.processIdentifier, SIGTERM) }
    let told = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()

    #expect(process.terminationReason == .exit && process.terminationStatus == 143, "\(told)")
    withExtendedLifetime(errors) {}
  }

  // MARK: Parts

  private static func process(_ words: [String], in folder: URL, _ output: Pipe, _ errors: Pipe) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    (process.arguments, process.currentDirectoryURL) = (words, folder)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TZ": "UTC"]
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (output, errors)
    return process
  }

  /// Bytes of events of all runs.
  private static func events(in runs: URL) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
    return names.reduce(0) {
      $0 + ((try? Data(contentsOf: runs.appendingPathComponent("\($1)/events.ndjson")))?.count ?? 0)
    }
  }

  private static func fill(_ pipe: Pipe) throws {
    let writing = pipe.fileHandleForWriting.fileDescriptor
    let flags = fcntl(writing, F_GETFL)
    _ = fcntl(writing, F_SETFL, flags | O_NONBLOCK)
    let page = [UInt8](repeating: 10, count: 4096)
    while write(writing, page, page.count) > 0 {}
    _ = fcntl(writing, F_SETFL, flags)
  }
}
