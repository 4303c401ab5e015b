// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import ExportStorage

/// How long a given signature is still good, held against how long the next run takes.
struct TimeLeft {
  let left: Duration
  /// `nil`: it could not be made.
  let forecast: Forecast?

  func check(of destination: String) -> Checkup {
    let (words, need, wish) = verdict
    let message = "\(Self.words(left)) left\(words)"
    guard left < need else { return .ok(.destination, destination, "time left", message) }
    return .warning(.destination, destination, "time left", message, do: wish)
  }

  /// What is said, how much is needed, and what to do where that is more than there is.
  private var verdict: (words: String, need: Duration, wish: String) {
    let part = "have a SAS made that lives longer, or run a part with --select"
    if let forecast, forecast.tasks == 0 { return (", and nothing is due", .zero, part) }
    if let most = forecast?.most?.duration {
      return (", and a run takes \(Self.least(most)), by what earlier tasks took", most, part)
    }
    let unknown = "no earlier task tells how long a run takes"
    if let least = forecast?.least, least > left || least >= Self.day {
      return ("; \(unknown), and the service's limits make it \(Self.least(least))", least, part)
    }
    return ("; \(unknown)", Self.day, "have a SAS made that lives for a day at least")
  }

  /// What signatures that are made here live for.
  private static let day: Duration = AzureContainerStore.signatureLife

  private static func least(_ duration: Duration) -> String {
    duration.milliseconds < 60_000 ? "less than a minute" : "\(words(duration)) at least"
  }

  private static func words(_ duration: Duration) -> String {
    let minutes = duration.milliseconds / 60_000
    return minutes == 0 ? "less than a minute" : DurationText.format(.seconds(minutes * 60))
  }
}
