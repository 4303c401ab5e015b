// SPDX-License-Identifier: Apache-2.0

/// All tasks that were made, by the number that each got.
struct TaskTable: ~Copyable {
  /// What a task exports: a step of the path, and the word for it.
  struct Kind {
    let step: StaticString
    let type: StaticString
    /// As it stands in names of files, with a slash behind it.
    let folder: StaticString
  }

  /// By the names of their folders.
  static let kinds: [Kind] = [
    Kind(step: "activities", type: "Activity", folder: "activity/"),
    Kind(step: "crashes", type: "Crash", folder: "crash/"),
    Kind(step: "errors", type: "Error", folder: "error/"),
    Kind(step: "events", type: "Event", folder: "event/"),
    Kind(step: "jobs", type: "Job", folder: "job/"),
    Kind(step: "sessions", type: "Session", folder: "session/"),
  ]

  struct Entry {
    var kind: UInt8
    var created: Int32
    /// A moment of `Moment.steady`.
    var doneAt: Int
    /// Of the mark in `texts`.
    var markStart: Int
    var markCount: Int
  }

  private(set) var entries: [Entry] = []
  /// Of each app, in the order in which they were made.
  private var byApp: [UInt64: [Int32]] = [:]
  /// Of each kind, as the container lists them.
  private(set) var shelves: [Shelf]
  /// Marks, and the days of windows in front of them.
  private var texts = Bytes(capacity: 1 << 20)
  private var marks: Set<UInt64> = []
  let taskTime: Int

  /// - Parameter taskTime: how long a task takes, in milliseconds.
  init(taskTime: Int) {
    self.taskTime = taskTime
    shelves = Self.kinds.map { _ in Shelf() }
  }

  var count: Int { entries.count }

  /// How many different marks they have.
  var markCount: Int { marks.count }

  /// - Parameters:
  ///   - day: ten characters.
  ///   - mark: as it stands in the body, JSON's signs included.
  mutating func make(kind: Int, app: View, day: View, mark: View, now: Int, at moment: Moment) -> Int {
    let task = entries.count
    texts.append(day)
    entries.append(
      Entry(
        kind: UInt8(kind), created: Int32(moment.seconds), doneAt: now + taskTime, markStart: texts.count,
        markCount: mark.count))
    texts.append(mark)
    marks.insert(mark.hashed)
    byApp[app.hashed, default: []].append(Int32(task))
    shelves[kind].add(task, at: moment)
    return task
  }

  func isDone(_ task: Int, now: Int) -> Bool { entries[task].doneAt <= now }

  func mark(of task: Int) -> View { texts.view(from: entries[task].markStart, count: entries[task].markCount) }

  /// `2016-01-31`
  func day(of task: Int) -> View { texts.view(from: entries[task].markStart - 10, count: 10) }

  /// Tasks of an app, newest first, behind so many.
  func newest(of app: View, skip: Int, most: Int) -> (tasks: [Int32], isMore: Bool) {
    guard let all = byApp[app.hashed], skip < all.count else { return ([], false) }
    let first = max(0, all.count - skip - most)
    return (all[first..<all.count - skip].reversed(), first > 0)
  }

  // MARK: Names

  /// Eight digits that tell nothing of the order, and twelve that are the number.
  static func writeID(_ task: Int, to bytes: inout Bytes) {
    bytes.append(hexadecimal: UInt64(scattered(task)), digits: 8)
    bytes.append("-4d6f-8e67-9a1c-")
    bytes.append(hexadecimal: UInt64(task), digits: 12)
  }

  static let idLength = 36

  /// `nil` for what is no task's.
  func task(named id: View) -> Int? {
    guard id.count == Self.idLength, let number = id.from(24).hexadecimal, number < UInt64(count),
      id.upTo(8).hexadecimal == UInt64(Self.scattered(Int(number)))
    else { return nil }
    return Int(number)
  }

  /// Different for each task, and in no order.
  static func scattered(_ task: Int) -> UInt32 { UInt32(truncatingIfNeeded: task) &* 0x9E37_79B1 }
}
