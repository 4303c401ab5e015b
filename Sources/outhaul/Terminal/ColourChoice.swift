// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// Whether text has colours. Letters and words say the same without.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// On a terminal, unless `NO_COLOR` is set or `TERM` is dumb.
  case auto
  case always, never

  func isColoured(onTerminal isTerminal: Bool, _ environment: [String: String]) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
  }
}

extension CommonOptions {
  /// Results may have colours.
  var isColoured: Bool {
    color.isColoured(onTerminal: Console.isTerminal, ProcessInfo.processInfo.environment)
  }

  /// What goes beside them may.
  var isErrorColoured: Bool {
    color.isColoured(onTerminal: Console.isErrorTerminal, ProcessInfo.processInfo.environment)
  }
}
