// SPDX-License-Identifier: Apache-2.0

/// What can be asked to go wrong, in one table: rules are read by it, and help and lists are made of it.
public enum FaultTable {
  /// What a rule says besides.
  public enum Measure: String, Sendable, CaseIterable {
    case days
    case rate = "a rate"
    case seconds
    case minutes

    public var example: String {
      switch self {
      case .days: "7"
      case .rate: "10/s"
      case .seconds: "2.5"
      case .minutes: "20"
      }
    }

    public var sentence: String {
      switch self {
      case .days: "a whole number of days, from 1"
      case .rate: "so many per second, minute or hour: 10/s, 600/m, 1200/h"
      case .seconds: "seconds of the wall clock, up to 3600"
      case .minutes: "a whole number of minutes; below 0 is behind"
      }
    }
  }

  public struct Entry: Sendable {
    public var fault: FaultRule.Fault
    /// What it can strike.
    public var operations: [FaultRule.Operation]
    public var measure: Measure?
    public var sentence: String

    /// A rule that the parser takes.
    public var example: String {
      "\(operations[0].rawValue):\(fault.rawValue)" + (measure.map { ":" + $0.example } ?? "")
    }
  }

  public static let entries: [Entry] = FaultRule.Fault.allCases.map { entry(of: $0) }

  /// For a command's help.
  public static let help = """
    A fault is OPERATION:FAULT, then a measure where it has one, then :P% for a chance, :xN for the first N times. \
    Operations: \(FaultRule.Operation.allCases.map(\.rawValue).joined(separator: ", ")). Faults: \
    \(entries.map { entry in entry.fault.rawValue + (entry.measure.map { ":" + $0.example } ?? "") }
      .joined(separator: ", ")). 'outhaul cloud faults' says what each does.
    """

  static func entry(of fault: FaultRule.Fault) -> Entry {
    let requests: [FaultRule.Operation] = [.token, .submit, .poll, .list, .blob]
    return switch fault {
    case .unauthorized: Entry(fault, requests, "The token is refused.")
    case .forbidden: Entry(fault, requests, "The client has no right to that.")
    case .throttled: Entry(fault, requests, "Too many requests; Retry-After is one second.")
    case .broken: Entry(fault, requests, "An internal error.")
    case .unavailable: Entry(fault, requests, "Not available; Retry-After is one second.")
    case .cut: Entry(fault, requests, "The connection ends in the middle of the answer, and nothing is done.")
    case .lostAnswer: Entry(fault, [.submit], "The task is made, and the connection ends before the answer.")
    case .html: Entry(fault, requests, "An HTML page in place of the answer.")
    case .slow: Entry(fault, requests, "The answer waits so long.", .seconds)
    case .throttle:
      Entry(
        fault, [.submit, .poll, .list],
        "So many calls pass; those above get 429 and the seconds to wait, and every answer says how many are left.",
        .rate)
    case .shuffle: Entry(fault, [.list], "A page shows its tasks in any order, and one of them twice.")
    case .tooLarge:
      Entry(
        fault, [.submit, .task], "A window of more days than said is refused with 413; a task of one fails.", .days)
    case .failed: Entry(fault, [.task], "The task ends without success.")
    case .vanish: Entry(fault, [.task], "The task is gone in the middle of its run: 404 from then on.")
    case .unknownState: Entry(fault, [.task], "A running task shows a state that the contract does not name, once.")
    case .expiredSAS:
      Entry(
        fault, [.task, .blob], "The container's signature has expired: the task fails, or storage refuses the request.")
    case .skew:
      Entry(
        fault, [.task, .blob],
        "Clocks differ: the task's times are so many minutes ahead, or storage refuses a date so far from its own.",
        .minutes)
    case .truncated: Entry(fault, [.task], "The first file is cut in the middle.")
    case .emptyFile: Entry(fault, [.task], "The first file has no bytes.")
    case .halfGzip: Entry(fault, [.task], "The first file is compressed, and ends in the middle.")
    case .wrongDataset: Entry(fault, [.task], "The files hold rows of another dataset.")
    case .outOfWindow:
      Entry(fault, [.task], "The files hold the day before the window as well; a history alone has one.")
    case .duplicateRows: Entry(fault, [.task], "The first row stands there twice.")
    case .replaced: Entry(fault, [.task], "The first file is written again, one byte longer, after the task has ended.")
    }
  }
}

extension FaultTable.Entry {
  fileprivate init(
    _ fault: FaultRule.Fault, _ operations: [FaultRule.Operation], _ sentence: String,
    _ measure: FaultTable.Measure? = nil
  ) {
    self.init(fault: fault, operations: operations, measure: measure, sentence: sentence)
  }
}

extension FaultRule.Operation {
  public var sentence: String {
    switch self {
    case .token: "a request for a token"
    case .submit: "a request that makes an export task"
    case .poll: "a request for one task"
    case .list: "a request for a page of tasks"
    case .blob: "a request to storage, also those of the tasks themselves"
    case .task: "the life of a task, and what it writes"
    }
  }
}
