// SPDX-License-Identifier: Apache-2.0
import Dispatch
import ExportCore
import Foundation
import Synchronization

/// A program that prints a secret, such as a password manager's. Run without a shell and without input; what it says on
/// standard error is passed on.
struct SecretCommand {
  /// Longer than this no secret is waited for.
  static let timeLimit: Duration = .seconds(30)
  /// More than this is no secret.
  static let sizeLimit = 64 << 10

  private let words: [String]
  private let folder: URL
  private let environment: [String: String]

  init(_ words: [String], folder: URL, environment: [String: String]) {
    (self.words, self.folder, self.environment) = (words, folder, environment)
  }

  /// - Throws: `Problem`, which says nothing of what was printed.
  func run() throws -> Secret {
    // `env` would take it for an assignment.
    guard words.first?.contains("=") == false else { throw Problem.cannotRun }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--"] + words
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch { throw Problem.cannotRun }
    // Read beside the wait: what a program leaves running may hold its output open for ever.
    let read = Mutex<Data?>(nil)
    let whole = DispatchSemaphore(value: 0)
    let handle = output.fileHandleForReading
    DispatchQueue.global().async {
      let data = (try? handle.read(upToCount: Self.sizeLimit + 1)) ?? Data()
      read.withLock { $0 = data }
      whole.signal()
    }
    guard ended.wait(timeout: .now() + Self.timeLimit.inSeconds) == .success else {
      kill(process.processIdentifier, SIGKILL)
      throw read.withLock { ($0?.count ?? 0) > Self.sizeLimit } ? Problem.tooLong : Problem.timedOut
    }
    guard process.terminationReason == .exit else { throw Problem.signal(process.terminationStatus) }
    guard process.terminationStatus == 0 else { throw Problem.status(process.terminationStatus) }
    guard whole.wait(timeout: .now() + 1) == .success, let data = read.withLock({ $0 }) else {
      throw Problem.heldOpen
    }
    guard data.count <= Self.sizeLimit else { throw Problem.tooLong }
    let text = String(decoding: data, as: UTF8.self)
    // A line end of two characters is one `Character`.
    let secret = text.last?.isNewline == true ? String(text.dropLast()) : text
    guard !secret.isEmpty else { throw Problem.empty }
    return Secret(secret)
  }

  enum Problem: Error, Equatable, CustomStringConvertible {
    case cannotRun, timedOut, tooLong, empty, heldOpen
    case status(Int32)
    case signal(Int32)

    var description: String {
      switch self {
      case .cannotRun: "cannot be run"
      case .timedOut: "was ended: it took longer than \(DurationText.format(timeLimit))"
      case .tooLong: "printed more than \(sizeLimit) bytes"
      case .empty: "printed nothing"
      case .heldOpen: "left something running that holds its output open"
      case .signal(let number): "was ended by signal \(number)"
      case .status(127): "was not found"
      case .status(let status): "ended with status \(status)"
      }
    }
  }
}
