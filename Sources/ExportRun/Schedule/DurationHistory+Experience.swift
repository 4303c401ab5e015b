// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension DurationHistory {
  /// Tasks of a kind of which fewer are known say nothing.
  static let fewest = 3

  /// When tasks of an app and dataset ended, or of the dataset where the app has too few; `nil` when nothing is known.
  func experience(service: Int, dataset: String, app: Int) -> PollPolicy.Experience? {
    guard knows(service: service, dataset: dataset) else { return nil }
    for app in [app, nil] where count(service: service, dataset: dataset, app: app) >= Self.fewest {
      let parts = [0.1, 0.5, 0.9].compactMap { duration(service: service, dataset: dataset, app: app, part: $0) }
      if parts.count == 3 { return PollPolicy.Experience(early: parts[0], half: parts[1], late: parts[2]) }
    }
    return nil
  }
}
