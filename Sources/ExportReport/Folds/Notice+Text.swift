// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension Scheduler.Notice {
  /// One line; `nil` for what people are not told.
  public var text: String? {
    switch self {
    case .unanswered(let service, let failure):
      "'\(service)' does not answer, and is only probed until it does: \(failure.message)"
    case .answers(let service, let after): "'\(service)' answers again after \(DurationText.format(after))"
    case .throttled(let service, let active):
      "'\(service)' asks for patience: \(Count.words(active, "task")) at once for now, more as it bears them"
    case .limited: nil
    case .spent(let service, let until):
      "'\(service)' lets no more tasks be made for now; the next at \(until)"
    }
  }
}
