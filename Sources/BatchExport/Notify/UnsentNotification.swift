// SPDX-License-Identifier: Apache-2.0

/// A notification that nobody got.
public struct UnsentNotification: Error, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    case secret(String)
    case address
    case header(String)
    case status(Int)
    case noAnswer(String)
    case history(String)
    case rehearsal
    case stopped
  }

  public var name: String
  public var reason: Reason
}

extension UnsentNotification: CustomStringConvertible {
  /// One line, in which no secret is.
  public var description: String {
    if reason == .rehearsal { return "the notification '\(name)' is not sent: this is a rehearsal" }
    return "warning: the notification '\(name)' was not sent: \(reason)"
  }
}

extension UnsentNotification.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .secret(let missing): missing
    case .address: "its address is no https URL"
    case .header(let name): "the header '\(name)' has more than one line"
    case .status(let status) where (300..<400).contains(status):
      "the answer was \(status), which leads elsewhere and is not followed"
    case .status(let status): "the answer was \(status)"
    case .noAnswer(let message): message
    case .history(let message): "the run before cannot be read: \(message)"
    case .rehearsal: "this is a rehearsal"
    case .stopped: "the program was stopped"
    }
  }
}
