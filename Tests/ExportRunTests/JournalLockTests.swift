// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation
import Testing

/// One state directory has one writer, and says who.
@Suite struct JournalLockTests {
  private static let host = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  /// A lock that somebody else has, with what it says.
  private struct Held: ~Copyable {
    let descriptor: Int32

    init(_ directory: URL, _ text: String) throws {
      let path = directory.appendingPathComponent("lock").path
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      let opened = open(path, O_RDWR)
      try #require(flock(opened, LOCK_EX | LOCK_NB) == 0)
      descriptor = opened
    }

    deinit { close(descriptor) }
  }

  private func refusal(_ sample: borrowing JournalSample) -> String? {
    do {
      _ = try sample.journal()
      return nil
    } catch { return "\(error)" }
  }

  @Test func `the holder is named to whoever comes next, and to whoever only looks`() async throws {
    let sample = try JournalSample()
    let journal = try sample.journal()
    let process = ProcessInfo.processInfo.processIdentifier

    let refusal = refusal(sample)
    let holder = StateHolder.current(of: sample.directory)
    await journal.close()
    let nobody = StateHolder.current(of: sample.directory)

    #expect(
      refusal == "the state directory is in use by another run (process \(process) since "
        + "2016-11-24T15:06:40Z, 'outhaul run'); wait for it, or use --state")
    #expect(
      holder
        == StateHolder(process: process, host: Self.host, since: JournalSample.start, command: "outhaul run"))
    #expect(nobody == nil)
    #expect(self.refusal(sample) == nil)
  }

  @Test func `nobody holds a directory that is not there, and looking makes nothing`() throws {
    let sample = try JournalSample()

    #expect(StateHolder.current(of: sample.directory) == nil)
    #expect(StateHolder.current(of: sample.directory.appendingPathComponent("missing")) == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: sample.directory.path).isEmpty)
  }

  @Test func `a file that a dead holder left is taken over`() async throws {
    let sample = try JournalSample()
    try "process 1 on \(Self.host) since 2016-11-24T15:06:40Z: outhaul run\n".write(
      to: sample.directory.appendingPathComponent("lock"), atomically: true, encoding: .utf8)

    #expect(StateHolder.current(of: sample.directory) == nil)
    let journal = try sample.journal()

    #expect(StateHolder.current(of: sample.directory)?.process == ProcessInfo.processInfo.processIdentifier)
    await journal.close()
  }

  @Test func `a holder on another host is told with its host`() throws {
    let sample = try JournalSample()
    let held = try Held(sample.directory, "process 4711 on etl-1.example since 2016-11-24T15:06:40Z: outhaul run\n")

    #expect(
      refusal(sample) == "the state directory is in use by another run (process 4711 on etl-1.example since "
        + "2016-11-24T15:06:40Z, 'outhaul run'); whether it still goes on can only be seen there: when that host is gone, its "
        + "lock goes with it; until then wait, or use --state")
    _ = held.descriptor
  }

  @Test func `a lock that outlives its holder is told as such`() throws {
    let sample = try JournalSample()
    let ended = Process()
    ended.executableURL = URL(fileURLWithPath: "/bin/sh")
    ended.arguments = ["-c", ":"]
    try ended.run()
    ended.waitUntilExit()
    let held = try Held(
      sample.directory,
      "process \(ended.processIdentifier) on \(Self.host) since 2016-11-24T15:06:40Z: outhaul run\n")

    let holder = StateHolder.current(of: sample.directory)

    #expect(holder?.presence == .gone)
    #expect(refusal(sample)?.contains("that process is no longer here, and the lock is still held") == true)
    _ = held.descriptor
  }

  @Test(arguments: ["process 1 since 2016-11-24T15:06:40Z\n", "", "something else\n"])
  func `a lock of an earlier version, or one that says nothing, is refused all the same`(_ text: String) throws {
    let sample = try JournalSample()
    let held = try Held(sample.directory, text)

    #expect(refusal(sample)?.hasPrefix("the state directory is in use by another run") == true)
    #expect(StateHolder.current(of: sample.directory)?.process == (text.hasPrefix("process") ? 1 : nil))
    _ = held.descriptor
  }

  @Test func `those who look again and again keep no writer from beginning`() async throws {
    let sample = try JournalSample()
    let directory = sample.directory

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for _ in 0..<2000 { _ = StateHolder.current(of: directory) }
      }
      for _ in 0..<50 {
        let journal = try sample.journal()
        await journal.close()
      }
      try await group.waitForAll()
    }
  }
}
