// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// How a run tells how it goes on, on standard error.
enum ProgressMode: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// A view that is written over.
  case live
  /// A line for every change of substance.
  case plain
  /// A JSON object a line.
  case json
  /// Errors alone.
  case none

  /// - Parameters:
  ///   - wanted: what was asked for; `nil`: nothing.
  ///   - isTerminal: whether standard error is one.
  ///   - kind: `TERM`.
  init(_ wanted: ProgressMode?, isTerminal: Bool, kind: String?) {
    let canBeLive = isTerminal && !["", "dumb"].contains(kind ?? "")
    switch wanted {
    case .live?, nil: self = canBeLive ? .live : .plain
    case let other?: self = other
    }
  }
}

/// What commands take that run.
struct ProgressOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the run tells on standard error how it goes on: live, a view that is written over, where that is a terminal that "
        + "can, else plain; plain, a line for every change of substance; json, an object a line "
        + "('outhaul schema progress'); none, errors alone.", valueName: "mode"))
  var progress: ProgressMode?

  var mode: ProgressMode {
    ProgressMode(
      progress, isTerminal: Console.isErrorTerminal, kind: ProcessInfo.processInfo.environment["TERM"])
  }
}
