// SPDX-License-Identifier: Apache-2.0
import Dispatch
import ExportCore
import Foundation

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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--"] + words
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    do { try process.run() } catch { throw Problem.cannotRun }
    let watchdog = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.timeLimit.inSeconds, execute: watchdog)
    let data = (try? output.fileHandleForReading.read(upToCount: Self.sizeLimit + 1)) ?? Data()
    if data.count > Self.sizeLimit { process.terminate() }
    process.waitUntilExit()
    watchdog.cancel()
    guard process.terminationReason == .exit else {
      throw data.count > Self.sizeLimit ? Problem.tooLong : Problem.timedOut
    }
    guard process.terminationStatus == 0 else { throw Problem.status(process.terminationStatus) }
    guard data.count <= Self.sizeLimit else { throw Problem.tooLong }
    let text = String(decoding: data, as: UTF8.self)
    let secret = text.hasSuffix("\n") ? String(text.dropLast()) : text
    guard !secret.isEmpty else { throw Problem.empty }
    return Secret(secret)
  }

  enum Problem: Error, Equatable, CustomStringConvertible {
    case cannotRun, timedOut, tooLong, empty
    case status(Int32)

    var description: String {
      switch self {
      case .cannotRun: "cannot be run"
      case .timedOut: "was ended: it took longer than \(DurationText.format(timeLimit)), or a signal came"
      case .tooLong: "printed more than \(sizeLimit) bytes"
      case .empty: "printed nothing"
      case .status(127): "was not found"
      case .status(let status): "ended with status \(status)"
      }
    }
  }
}
