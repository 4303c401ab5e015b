// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What credentials take from outside of the program.
public struct CredentialWorld: Sendable {
  /// Runs a program without a shell and without input; it is ended when its caller is cancelled.
  public typealias Run = @Sendable (ProgramCall) async throws -> ProgramAnswer

  public var transport: any HTTPTransport
  public var environment: [String: String]
  public var run: Run
  /// Reads a file of a few kilobytes; relative paths are the manifest's. `nil`: it cannot be read.
  public var read: @Sendable (_ path: String) -> [UInt8]?
  /// The time of day, which tokens and signatures speak of.
  public var now: @Sendable () -> Instant
  /// The clock that pauses are measured with.
  public var steady: @Sendable () -> ContinuousClock.Instant

  /// Without programs and files unless they are given.
  public init(
    transport: any HTTPTransport, environment: [String: String] = [:],
    run: @escaping Run = { _ in .notFound }, read: @escaping @Sendable (_ path: String) -> [UInt8]? = { _ in nil },
    now: @escaping @Sendable () -> Instant = { WallClock().now },
    steady: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    (self.transport, self.environment, self.run, self.read) = (transport, environment, run, read)
    (self.now, self.steady) = (now, steady)
  }

  /// A variable that is set to something.
  func variable(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return value
  }
}

/// A program to run.
public struct ProgramCall: Sendable, Equatable {
  /// The program and its arguments.
  public var words: [String]
  public var timeLimit: Duration
  /// What it says on its standard error is kept for a message, in place of being passed on.
  public var keepsErrors: Bool

  public init(_ words: [String], timeLimit: Duration, keepsErrors: Bool = false) {
    (self.words, self.timeLimit, self.keepsErrors) = (words, timeLimit, keepsErrors)
  }
}

/// How a program that was run came to its end.
public enum ProgramAnswer: Sendable, Equatable {
  case ended(status: Int32, output: Secret, errors: String)
  case notFound
  case timedOut
  /// In words that follow the program's name: `was ended by signal 9`.
  case failed(String)
}
