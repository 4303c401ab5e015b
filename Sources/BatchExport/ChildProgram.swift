// SPDX-License-Identifier: Apache-2.0
import Dispatch
import ExportCore
import Foundation
import Synchronization

/// A program that is run for what it prints: without a shell, without input, within limits of time and size.
final class ChildProgram: Sendable {
  /// More than this nobody needs.
  static let sizeLimit = 64 << 10

  struct Ended: Sendable, Equatable {
    var status: Int32
    var output: [UInt8]
    /// Empty unless they are kept.
    var errors: [UInt8]
  }

  private let words: [String]
  private let folder: URL
  private let environment: [String: String]
  private let timeLimit: Duration
  private let keepsErrors: Bool
  private let child = Mutex<(process: Int32?, isEnded: Bool)>((nil, false))

  /// - Parameter keepsErrors: what it says on its standard error is kept; otherwise it is passed on.
  init(
    _ words: [String], folder: URL, environment: [String: String], timeLimit: Duration, keepsErrors: Bool = false
  ) {
    (self.words, self.folder, self.environment) = (words, folder, environment)
    (self.timeLimit, self.keepsErrors) = (timeLimit, keepsErrors)
  }

  /// Runs it once, and waits on this thread.
  /// - Throws: `Problem`, which says nothing of what was printed.
  func run() throws -> Ended {
    // `env` would take it for an assignment.
    guard words.first?.contains("=") == false else { throw Problem.cannotRun }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--"] + words
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (PipeReading(), keepsErrors ? PipeReading() : nil)
    process.standardOutput = output.pipe
    if let errors { process.standardError = errors.pipe }
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch { throw Problem.cannotRun }
    begun(process.processIdentifier)
    output.begin()
    errors?.begin()
    guard ended.wait(timeout: .now() + timeLimit.inSeconds) == .success else {
      kill(process.processIdentifier, SIGKILL)
      throw output.isOverfull ? Problem.tooLong : Problem.timedOut(timeLimit)
    }
    over()
    guard process.terminationReason == .exit else { throw Problem.signal(process.terminationStatus) }
    guard process.terminationStatus != 127 else { throw Problem.notFound }
    guard let printed = output.whole() else { throw Problem.heldOpen }
    guard printed.count <= Self.sizeLimit else { throw Problem.tooLong }
    return Ended(status: process.terminationStatus, output: printed, errors: errors?.whole() ?? [])
  }

  /// As above, on a thread of its own; the program is ended when the calling task is cancelled.
  /// - Throws: `Problem`, `CancellationError`.
  func runAside() async throws -> Ended {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Result { try self.run() }) }
      }
    } onCancel: {
      stop()
    }
    try Task.checkCancellation()
    return try result.get()
  }

  // MARK: Ending it early

  private func stop() {
    child.withLock { child in
      if let process = child.process { kill(process, SIGKILL) }
      child.isEnded = true
    }
  }

  private func begun(_ process: Int32) {
    child.withLock { child in
      child.process = process
      // Cancelled before it began.
      if child.isEnded { kill(process, SIGKILL) }
    }
  }

  /// Its number may be another's from now on.
  private func over() { child.withLock { $0.process = nil } }

  enum Problem: Error, Equatable, CustomStringConvertible {
    case cannotRun, notFound, tooLong, heldOpen
    case timedOut(Duration)
    case signal(Int32)

    var description: String {
      switch self {
      case .cannotRun: "cannot be run"
      case .notFound: "was not found"
      case .timedOut(let limit): "was ended: it took longer than \(DurationText.format(limit))"
      case .tooLong: "printed more than \(sizeLimit) bytes"
      case .heldOpen: "left something running that holds its output open"
      case .signal(let number): "was ended by signal \(number)"
      }
    }
  }
}

/// Reads a pipe beside the wait for the program: what it leaves running may hold the pipe open for ever.
private final class PipeReading: Sendable {
  /// What was printed before the program's end is read in no time, but on a machine that is busy.
  private static let patience = 5.0

  let pipe = Pipe()
  private let read = Mutex<[UInt8]?>(nil)
  private let isWhole = DispatchSemaphore(value: 0)

  func begin() {
    let handle = pipe.fileHandleForReading
    // Shared queues may be full of threads that wait for programs.
    Thread.detachNewThread {
      let data = (try? handle.read(upToCount: ChildProgram.sizeLimit + 1)) ?? Data()
      self.read.withLock { $0 = Array(data) }
      self.isWhole.signal()
    }
  }

  var isOverfull: Bool { read.withLock { ($0?.count ?? 0) > ChildProgram.sizeLimit } }

  /// What was printed; `nil` when the pipe stays open.
  func whole() -> [UInt8]? {
    guard isWhole.wait(timeout: .now() + Self.patience) == .success else { return nil }
    return read.withLock { $0 }
  }
}
