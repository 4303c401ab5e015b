// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// How long tasks of a kind take, as the looks of this run saw it: the last few. A value.
///
/// A look that finds a task done says how long it took at most, and the look before that it took longer. Where the first look
/// finds it done, nobody knows by how much that was too late: a little less is expected of the next, so that what is learned
/// does not grow by itself.
struct SeenDurations: Sendable {
  /// Fewer say nothing.
  static let fewest = 3
  static let most = 16
  /// Of what was expected, where the first look was late enough.
  static let shrinking = 0.98
  /// Tasks take nearly the same when the quick and the slow differ by no more than this part of what half of them take.
  static let narrow = 0.15

  private var samples: [Duration] = []
  private var taken = 0
  /// `nil` while too few are known.
  private(set) var experience: PollPolicy.Experience?

  /// - Parameters:
  ///   - age: of the task when it was seen to be done.
  ///   - earlier: its age at the look before; `nil`: it was the first.
  mutating func add(doneAt age: Duration, notYetAt earlier: Duration?) {
    let sample = earlier.map { ($0 + age) / 2 } ?? min(age, experience?.first ?? age) * Self.shrinking
    if samples.count < Self.most {
      samples.append(sample)
    } else {
      samples[taken % Self.most] = sample
    }
    taken += 1
    // What is known well changes little by one more.
    guard samples.count >= Self.fewest, taken < Self.most || taken % 4 == 0 else { return }
    let sorted = samples.sorted()
    func part(_ part: Double) -> Duration { sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] }
    var experience = PollPolicy.Experience(early: part(0.1), half: part(0.5), late: part(0.9))
    if experience.late - experience.early <= experience.half * Self.narrow { experience.first = experience.late }
    self.experience = experience
  }
}
