// SPDX-License-Identifier: Apache-2.0

/// Jobs that are being worked on, each with its present attempt: four bytes for every job, and a place for each in work.
struct AttemptTable: Sendable {
  /// By job: where its attempt is; -1: nowhere.
  private var places: [Int32]
  private var attempts: [Scheduler.Attempt] = []
  private var free: [Int] = []

  init(jobs: Int) { places = Array(repeating: -1, count: jobs) }

  /// The attempt of a job that is in work.
  subscript(job: Int) -> Scheduler.Attempt {
    _read { yield attempts[Int(places[job])] }
    _modify { yield &attempts[Int(places[job])] }
  }

  func has(_ job: Int) -> Bool { places[job] >= 0 }

  /// In no order.
  var jobs: some Sequence<Int> { attempts.lazy.map(\.job).filter { $0 >= 0 } }

  mutating func insert(_ attempt: Scheduler.Attempt) {
    if let place = free.popLast() {
      attempts[place] = attempt
      places[attempt.job] = Int32(place)
    } else {
      places[attempt.job] = Int32(attempts.count)
      attempts.append(attempt)
    }
  }

  mutating func remove(_ job: Int) {
    let place = Int(places[job])
    attempts[place] = Scheduler.Attempt(job: -1)
    free.append(place)
    places[job] = -1
  }

  /// One more job, which is not in work.
  mutating func addJob() { places.append(-1) }
}
