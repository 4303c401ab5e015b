// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import LocalCloud

/// What the program says of itself to the shell: one list, for every command.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case difference = 2
  case someFailed = 3
  case usage = 64
  case invalid = 65
  case unreachable = 69
  case internalFault = 70
  case locked = 75
  case refused = 77
  case interrupted = 130
  case terminated = 143

  var meaning: String {
    switch self {
    case .done: "all done, or nothing was due"
    case .difference: "there is a difference, or work to do"
    case .someFailed: "some jobs failed, were skipped or abandoned, or wait"
    case .usage: "the command line is wrong"
    case .invalid: "the manifest or the plan is invalid"
    case .unreachable: "a service cannot be reached"
    case .internalFault: "an internal fault, or the disk is full; what was known is written"
    case .locked: "another process uses the state directory, or the local cloud's data"
    case .refused: "a credential or permission is missing or refused"
    case .interrupted: "interrupted by Ctrl-C; the same command goes on"
    case .terminated: "ended by SIGTERM; the same command goes on"
    }
  }

  /// For every `--help`.
  static let help =
    "EXIT STATUS:\n"
    + allCases.map { status in
      let number = String(status.rawValue)
      return "  " + number + String(repeating: " ", count: 5 - number.count) + status.meaning
    }.joined(separator: "\n")

  /// The status of a run that came to an end.
  init(of result: RunResult, signal: Int32?) {
    self =
      switch (result.outcome, result.stop) {
      case (_, .halted(let failure)):
        switch failure.cause {
        case .credential: .refused
        case .unreachable: .unreachable
        default: .internalFault
        }
      case (.interrupted, .timeIsUp): .someFailed
      case (.interrupted, _): signal == SIGTERM ? .terminated : .interrupted
      case (.incomplete, _): .someFailed
      default: .done
      }
  }

  /// The status of a trial of a service.
  init(of verdict: TrialVerdict) {
    self =
      switch verdict {
      case .good: .done
      case .failed, .lost: .someFailed
      case .refused: .refused
      case .unreachable: .unreachable
      case .stopped: .interrupted
      }
  }

  /// The status that an error stands for; `nil` for errors of the command line itself.
  init?(of error: any Error) {
    switch error {
    case ProjectError.unwritable: self = .internalFault
    case is ProjectError, is PlanFileError, is LocalCloudError, is CloudDataError, is ArchivePathError,
      is LocalCloudCertificateError:
      self = .invalid
    case let error as CloudStartError:
      switch error {
      case .inUse: self = .locked
      case .isFile, .noDatabase: self = .invalid
      case .unwritable: self = .internalFault
      case .port: self = .usage
      }
    case is SecretError: self = .refused
    case is LocalCloudControlError: self = .unreachable
    // What the manifest says cannot be done whatever the secrets are, such as tokens over plain http.
    case let error as ProofError: self = error.cause.kind == .never ? .invalid : .refused
    case let error as CatalogueError:
      switch error.cause.kind {
      case .login: self = .refused
      case .again, .busy: self = .unreachable
      // What the service answers badly is no fault of the manifest.
      case .never, .gone, .split: self = error.cause.isBadAnswer ? .unreachable : .invalid
      }
    case let error as DestinationError:
      switch error.cause {
      case .again, .artifact, .never: self = .unreachable
      case .refused: self = .refused
      case .disk: self = .internalFault
      }
    case is RunError: self = .invalid
    case is TraceEndpoint.Problem: self = .unreachable
    case let error as JournalError:
      if case .locked = error { self = .locked } else { self = .internalFault }
    case is OutputError: self = .internalFault
    case let error as StatusError: self = error.status
    default: return nil
    }
  }

  /// Says what went wrong on standard error and ends the program.
  /// - Parameter command: that was at work; `nil` when none could be told from the command line.
  static func exit(with error: any Error, of command: (any ParsableCommand.Type)?) -> Never {
    Console.endView(isLast: true)
    if let quiet = error as? StatusError {
      do { try checkOutput() } catch { exit(with: error, of: command) }
      Foundation.exit(quiet.status.rawValue)
    }
    if let mistake = error as? ValidationError, let command {
      Console.error("Error: \(mistake.message)\nUsage: \(Outhaul.usageString(for: command))")
      Foundation.exit(usage.rawValue)
    }
    guard let status = ExitStatus(of: error) else {
      // Help, version and mistakes on the command line speak for themselves; anything else is ours.
      if error is ExitCode || error is CleanExit || error is ValidationError || Outhaul.exitCode(for: error) != .failure
      {
        Outhaul.exit(withError: error)
      }
      Console.error("error: internal: \(error)")
      Foundation.exit(internalFault.rawValue)
    }
    if case ProjectError.invalid(let diagnostics) = error {
      Console.error(diagnostics.text())
    } else {
      Console.error("error: \(error)")
    }
    Foundation.exit(status.rawValue)
  }
}

extension ExitStatus {
  /// - Throws: `OutputError` when what was asked for is not whole.
  static func checkOutput() throws {
    if let reason = Console.outputFailure { throw OutputError(reason: reason) }
  }
}

/// What was asked for could not be printed.
struct OutputError: Error, CustomStringConvertible {
  let reason: String

  var description: String { "cannot write to standard output: \(reason)" }
}

/// Ends the program with a status after everything has been said.
struct StatusError: Error {
  let status: ExitStatus
}
