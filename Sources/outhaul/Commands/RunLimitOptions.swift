// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

/// When a run ends although there is more to do.
struct RunLimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Submit nothing more after so long; the same command goes on.", valueName: "duration"))
  var maxDuration: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Submit nothing more after this instant: RFC 3339, or a time of day such as 06:00, the next one in UTC.",
      valueName: "time"))
  var until: UntilArgument?

  @Option(
    help: ArgumentHelp(
      "How often the whole run may try again; 100 and one for every second job unless said.", valueName: "n"))
  var retries: Int?

  /// The earlier of both; `nil`: there is none.
  func end(from now: Instant) -> Instant? {
    [maxDuration.map { now.advanced(by: $0.duration) }, until.map { $0.instant(after: now) }].compactMap { $0 }.min()
  }
}

/// An instant, or a time of day.
struct UntilArgument: ExpressibleByArgument {
  private enum Kind {
    case instant(Instant)
    case secondOfDay(Int64)
  }

  private let kind: Kind

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, argument.utf8.count == 5, let hour = Int64(parts[0]), let minute = Int64(parts[1]),
      (0...23).contains(hour), (0...59).contains(minute)
    {
      kind = .secondOfDay(hour * 3600 + minute * 60)
    } else if let instant = Instant(argument) {
      kind = .instant(instant)
    } else {
      return nil
    }
  }

  func instant(after now: Instant) -> Instant {
    switch kind {
    case .instant(let instant): return instant
    case .secondOfDay(let seconds):
      let today = Instant(startOf: now.day).advanced(by: .seconds(seconds))
      return today > now ? today : today.advanced(by: .seconds(86_400))
    }
  }
}

/// `JOB=TASK` or `JOB=none`.
struct AdoptArgument: ExpressibleByArgument {
  let job: String
  /// `nil`: no task was made.
  let task: String?

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex,
      case let task = String(argument[argument.index(after: equals)...]), !task.isEmpty
    else { return nil }
    job = String(argument[..<equals])
    self.task = task == "none" ? nil : task
  }
}
