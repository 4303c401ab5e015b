// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

@testable import ExportRun

/// What goes wrong with a disk leaves a state that goes on.
@Suite struct JournalDiskTests {
  private static func events(_ name: String) -> [JournalEvent] {
    let long = String(repeating: "no space ", count: 200)
    return JournalSample.events(
      of: name, [.intent(attempt: 1), .submitted(attempt: 1, task: long, requestID: nil), .running])
  }

  /// Appends events of one job after another until that fails.
  /// - Returns: the jobs that were written, and how it ended.
  private static func fill(_ journal: Journal, most: Int = 20_000) async -> (written: [String], error: (any Error)?) {
    var written: [String] = []
    for number in 0..<most {
      do { try await journal.append(events("\(number)")) } catch { return (written, error) }
      written.append("\(number)")
    }
    return (written, nil)
  }

  private static func expected(_ names: [String]) -> [JobKey: JobRecord] {
    JournalSample.fold(names.flatMap(events))
  }

  @Test func `a full disk keeps what was known, and the same run goes on when there is room`() async throws {
    let sample = try JournalSample()
    let full = try Journal(directory: sample.directory, now: JournalSample.start, command: "", pagesMost: 60)

    try await full.begin(JournalSample.header("1"))
    let (written, error) = await Self.fill(full)
    await full.close()
    let next = written.count
    let records = try await sample.write { journal in
      try await journal.begin(JournalSample.header("2"))
      try await journal.append(Self.events("\(next)"))
      return try await journal.records(of: (0...next + 1).map { JournalSample.key("\($0)") })
    }

    #expect(
      "\(try #require(error))"
        == "cannot write the state: the disk is full; what was known before is kept, and nothing is half written")
    #expect(next > 5)
    #expect(records == Self.expected(written + ["\(next)"]))
    let ledger = try Ledger(directory: sample.directory)
    #expect(try ledger.runs(limit: 2).map { try ledger.events(of: $0).count } == [3, 3 * next])
  }

  @Test func `a journal that could not write once writes when there is room again`() async throws {
    let sample = try JournalSample()
    let journal = try Journal(directory: sample.directory, now: JournalSample.start, command: "", pagesMost: 60)
    try await journal.begin(JournalSample.header("1"))
    let (written, error) = await Self.fill(journal)
    #expect(error is JournalError)

    // What is short may still have its place where what is long has not.
    let end: Void? = try? await journal.end(at: JournalSample.start, outcome: "halted")
    let records = try await journal.records(of: written.map(JournalSample.key))
    await journal.close()

    #expect(records == Self.expected(written))
    #expect(try Ledger(directory: sample.directory).lastRun()?.outcome == (end == nil ? nil : "halted"))
  }

  @Test func `a directory that cannot be made, and a file that cannot be opened, are told`() throws {
    let sample = try JournalSample()
    try FileManager.default.createDirectory(at: sample.file, withIntermediateDirectories: true)
    let plain = sample.directory.appendingPathComponent("plain")
    try Data().write(to: plain)

    #expect(throws: JournalError.self) { _ = try sample.journal() }
    let error = #expect(throws: JournalError.self) {
      _ = try Journal(directory: plain.appendingPathComponent("state"), now: JournalSample.start)
    }

    #expect(error.map { "\($0)".hasPrefix("cannot make the state directory \(plain.path)/state") } == true)
    // The lock was let go.
    #expect(StateHolder.current(of: sample.directory) == nil)
  }

  @Test func `a file that is no state is told, and left alone`() throws {
    let sample = try JournalSample()
    let bytes = Data(String(repeating: "this is no database ", count: 400).utf8)
    try bytes.write(to: sample.file)

    let error = #expect(throws: JournalError.self) { _ = try sample.journal() }
    let looking = #expect(throws: JournalError.self) { _ = try Ledger(directory: sample.directory) }

    #expect(error.map { "\($0)".hasPrefix("the state file is none, or is broken: file is not a database") } == true)
    #expect(looking == error)
    #expect(try Data(contentsOf: sample.file) == bytes)
  }

  @Test func `a file that a crash left empty is begun anew`() async throws {
    let sample = try JournalSample()
    try Data().write(to: sample.file)

    #expect(try Ledger(directory: sample.directory).lastRun() == nil)
    try await sample.write { try await $0.append(Self.events("a")) }

    #expect(try Ledger(directory: sample.directory).records(of: [JournalSample.key("a")]).count == 1)
  }

  @Test func `a log that was cut off in the middle of a commit keeps every commit before`() async throws {
    let sample = try JournalSample()
    let copy = try JournalSample()
    let journal = try sample.journal()
    for name in ["a", "b", "c"] { try await journal.append(Self.events(name)) }
    // As a crash of the machine would have left it: nothing is closed, and the last commit is not all there.
    let log = try Data(contentsOf: URL(fileURLWithPath: sample.file.path + "-wal"))
    try FileManager.default.copyItem(at: sample.file, to: copy.file)
    try log.dropLast(100).write(to: URL(fileURLWithPath: copy.file.path + "-wal"))
    await journal.close()

    let records = try await copy.write { try await $0.records(of: ["a", "b", "c"].map(JournalSample.key)) }

    #expect(records == Self.expected(["a", "b"]))
  }

  // MARK: With a disk of its own

  @Test(.enabled(if: SmallDisk.isPermitted, "nothing may be mounted here"))
  func `a disk that is really full, then larger, then read-only`() async throws {
    let disk = try SmallDisk(kilobytes: 512)
    let journal = try Journal(directory: disk.directory, now: JournalSample.start)
    let (written, error) = await Self.fill(journal)
    await journal.close()
    #expect(error is JournalError && written.count > 5)

    try disk.remount("size=4096k")
    let larger = try Journal(directory: disk.directory, now: JournalSample.start)
    try await larger.append(Self.events("more"))
    await larger.close()
    try disk.remount("ro")

    let refused = #expect(throws: JournalError.self) {
      _ = try Journal(directory: disk.directory, now: JournalSample.start)
    }
    let keys = (written + ["more"]).map(JournalSample.key)
    #expect(refused.map { "\($0)".contains("Read-only file system") } == true)
    #expect(try Ledger(directory: disk.directory).records(of: keys) == Self.expected(written + ["more"]))
  }
}

/// A file system in memory, of a size that is soon full.
struct SmallDisk: ~Copyable {
  let directory: URL

  /// Whether this process may mount anything.
  static let isPermitted: Bool = {
    guard geteuid() == 0, let disk = try? SmallDisk(kilobytes: 64) else { return false }
    return FileManager.default.isWritableFile(atPath: disk.directory.path)
  }()

  init(kilobytes: Int) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-disk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    do {
      try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", directory.path])
    } catch {
      try? FileManager.default.removeItem(at: directory)
      throw error
    }
    self.directory = directory
  }

  deinit {
    try? Self.run("umount", ["-l", directory.path])
    try? FileManager.default.removeItem(at: directory)
  }

  func remount(_ option: String) throws { try Self.run("mount", ["-o", "remount,\(option)", directory.path]) }

  private struct Refused: Error {}

  private static func run(_ command: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/\(command)")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Refused() }
  }
}
