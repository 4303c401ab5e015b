// SPDX-License-Identifier: Apache-2.0

/// How often something is measured: as often as it is asked for, and less often where that takes long.
struct Repetition {
  /// What is repeated takes no longer, all together.
  static let secondsMost = 12.0

  private let runs: Int
  private var count = 0
  private var seconds = 0.0

  init(runs: Int) { self.runs = runs }

  /// Once in any case.
  var goesOn: Bool {
    count == 0 || (count < runs && seconds + seconds / Double(count) <= Self.secondsMost)
  }

  mutating func took(_ seconds: Double) {
    count += 1
    self.seconds += seconds
  }
}
