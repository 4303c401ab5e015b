// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Scheduler {
  /// What few attempts have at a time. It is kept apart, so that a task that is only waited for takes little.
  struct Rare: Sendable {
    var status: TaskStatus?
    var refusals = 0
    var losses = 0
    var unansweredAt: Instant?
    var lostAt: Instant?
    var lookAt: Instant?
    var heldState: String?
    var pastTasks: [String] = []
    var candidates: [FoundTask]?
  }
}

extension Scheduler.Attempt {
  /// What the service said of a task that has succeeded.
  var status: TaskStatus? {
    get { rare.first?.status }
    set { keep(isNothing: newValue == nil) { $0.status = newValue } }
  }

  /// How often a repeated request of the attempt was refused for good.
  var refusals: Int {
    get { rare.first?.refusals ?? 0 }
    set { keep(isNothing: newValue == 0) { $0.refusals = newValue } }
  }

  /// How often its task was looked for, or its request sent again, in vain.
  var losses: Int {
    get { rare.first?.losses ?? 0 }
    set { keep(isNothing: newValue == 0) { $0.losses = newValue } }
  }

  /// When the last request was given up that may still arrive.
  var unansweredAt: Instant? {
    get { rare.first?.unansweredAt }
    set { keep(isNothing: newValue == nil) { $0.unansweredAt = newValue } }
  }

  /// Since when the attempt's task is looked for.
  var lostAt: Instant? {
    get { rare.first?.lostAt }
    set { keep(isNothing: newValue == nil) { $0.lostAt = newValue } }
  }

  /// When the present look left.
  var lookAt: Instant? {
    get { rare.first?.lookAt }
    set { keep(isNothing: newValue == nil) { $0.lookAt = newValue } }
  }

  /// The state that nobody knows, as the service calls it.
  var heldState: String? {
    get { rare.first?.heldState }
    set { keep(isNothing: newValue == nil) { $0.heldState = newValue } }
  }

  /// Tasks of earlier attempts.
  var pastTasks: [String] {
    get { rare.first?.pastTasks ?? [] }
    set { keep(isNothing: newValue.isEmpty) { $0.pastTasks = newValue } }
  }

  /// What may be the lost task, where that takes more than its own look to tell.
  var candidates: [FoundTask]? {
    get { rare.first?.candidates }
    set { keep(isNothing: newValue == nil) { $0.candidates = newValue } }
  }

  private mutating func keep(isNothing: Bool, _ change: (inout Scheduler.Rare) -> Void) {
    if rare.isEmpty {
      guard !isNothing else { return }
      rare = [Scheduler.Rare()]
    }
    change(&rare[0])
  }
}
