// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// The real binary as a subprocess.
struct Program: Sendable {
  struct Result: Sendable {
    var status: Int32
    /// The signal that ended it, when one did.
    var signal: Int32?
    var output: String
    var errors: String
  }

  /// The binary that was built with these tests.
  static let path: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("outhaul").path
  }()

  /// Where sanitizers write what they find: also what a program tells that is killed, or that nobody waits for.
  private static let sanitizers = ProcessInfo.processInfo.environment.filter {
    ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key)
  }

  /// A program of the thread sanitizer begins by writing a file of its own, which a limit on files does not let it.
  static let bearsFileLimits = sanitizers["TSAN_OPTIONS"] == nil

  /// Runs to the end.
  static func run(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], executable: String = path
  ) async throws -> Result {
    try await start(arguments, in: folder, environment: environment, executable: executable).finish()
  }

  static func start(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], executable: String = path
  ) throws -> Running {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TZ": "UTC"]
      .merging(sanitizers) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    return try Running(process)
  }

  /// A subprocess whose output is read as it comes.
  final class Running: Sendable {
    private struct State {
      var output = Data()
      var errors = Data()
      /// Streams that have not ended; once both have, the program is waited for.
      var open = 2
      var hasEnded = false
      var waiting: [Waiting] = []
      var finished: CheckedContinuation<Void, Never>?
    }

    private struct Waiting {
      let wanted: @Sendable (String) -> Bool
      /// Sent by whoever sees that it is time.
      let signal: (@Sendable () -> Void)?
      let continuation: CheckedContinuation<Bool, Never>
    }

    private let process: Process
    private let state = Mutex(State())

    init(_ process: Process) throws {
      self.process = process
      let output = Pipe()
      let errors = Pipe()
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      // A thread for each stream: reading blocks, and ends when the program has closed its side.
      for (pipe, stream) in [(output, \State.output), (errors, \State.errors)] as [(Pipe, Stream)] {
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread {
          while case let data = handle.availableData, !data.isEmpty { self.took(data, stream) }
          self.closed()
        }
      }
    }

    private typealias Stream = WritableKeyPath<State, Data> & Sendable

    var pid: Int32 { process.processIdentifier }

    /// Nothing once it has ended: its number may be another program's by then.
    func send(_ signal: Int32) {
      guard !state.withLock({ $0.hasEnded }) else { return }
      kill(process.processIdentifier, signal)
    }

    /// True once everything printed so far satisfies `wanted`; false when the program ends before.
    func waits(for wanted: @escaping @Sendable (_ printed: String) -> Bool) async -> Bool {
      await wait(for: wanted, then: nil)
    }

    /// Sends a signal as soon as everything printed so far satisfies `wanted`, from the thread that reads it: however
    /// busy other tests keep this process, the program does not get far in between.
    ///
    /// - Returns: false when the program ends before.
    func send(_ signal: Int32, once wanted: @escaping @Sendable (_ printed: String) -> Bool) async -> Bool {
      await wait(for: wanted, then: { self.send(signal) })
    }

    /// As `send(_:once:)`, to another program.
    func send(
      _ signal: Int32, to other: Running, once wanted: @escaping @Sendable (_ printed: String) -> Bool
    ) async -> Bool {
      await wait(for: wanted, then: { other.send(signal) })
    }

    private func wait(
      for wanted: @escaping @Sendable (_ printed: String) -> Bool, then signal: (@Sendable () -> Void)?
    ) async -> Bool {
      await withCheckedContinuation { continuation in
        let waiting = Waiting(wanted: wanted, signal: signal, continuation: continuation)
        let known: Bool? = state.withLock { state in
          if wanted(Self.text(state)) { return true }
          if state.hasEnded { return false }
          state.waiting.append(waiting)
          return nil
        }
        if let known { end(waiting, known) }
      }
    }

    private func end(_ waiting: Waiting, _ isTime: Bool) {
      if isTime { waiting.signal?() }
      waiting.continuation.resume(returning: isTime)
    }

    func finish() async throws -> Result {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          if state.hasEnded { return true }
          state.finished = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
      return state.withLock { state in
        Result(
          status: process.terminationStatus,
          signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
          output: String(decoding: state.output, as: UTF8.self), errors: String(decoding: state.errors, as: UTF8.self))
      }
    }

    private static func text(_ state: borrowing State) -> String {
      String(decoding: state.output + state.errors, as: UTF8.self)
    }

    private func took(_ data: Data, _ stream: Stream) {
      let woken = state.withLock { state in
        state[keyPath: stream].append(data)
        let text = Self.text(state)
        let ready = state.waiting.filter { $0.wanted(text) }
        state.waiting.removeAll { $0.wanted(text) }
        return ready
      }
      for waiting in woken { end(waiting, true) }
    }

    /// One of the two streams has ended.
    private func closed() {
      let isLast = state.withLock { state in
        state.open -= 1
        return state.open == 0
      }
      guard isLast else { return }
      process.waitUntilExit()
      let (waiting, finished) = state.withLock { state in
        defer {
          state.waiting = []
          state.finished = nil
          state.hasEnded = true
        }
        return (state.waiting, state.finished)
      }
      for waiting in waiting { end(waiting, false) }
      finished?.resume()
    }
  }
}

/// A folder that goes when the test ends.
struct TemporaryFolder: ~Copyable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }
}
