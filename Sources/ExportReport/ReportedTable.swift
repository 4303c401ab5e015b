// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// The due jobs of a run, folded from its events: a row each, with the places of the events that tell the rest. It never
/// changes, and all jobs of a report share it.
final class ReportedTable: Sendable {
  let plan: Plan
  let titles: JobTitles
  let rows: [ReportedRow]
  let events: EventTable
  let parts: ReportedParts
  /// Of `rows`.
  private let places: ReportedPlaces
  /// By number of `events.keys`: where the job is that its events are told with; `.max`: none.
  private let placeOfKey: [UInt32]
  /// Places of events, those of one job behind those of the one before it.
  private let order: [UInt32]
  /// Where those of each job begin, and the end.
  private let starts: [UInt32]

  init(_ plan: Plan, _ dues: [Due], _ events: EventTable, splits: [JobKey: [JobPart]]) {
    let parts = ReportedParts(splits: splits, events: events.rare, plan: plan)
    let due = zip(plan.jobs.indices, dues).filter { $0.1.isDue }
    let places = ReportedPlaces(due.map { plan.jobs.keys[$0.0] })
    let placeOfKey = events.keys.map { key in places.find(parts.whole(of: key)).map { UInt32($0) } ?? .max }
    let (order, starts) = Self.order(of: events, placeOfKey, count: due.count)
    var finder = plan.jobs.finder()
    rows = due.indices.map { place in
      let (index, due) = due[place]
      var row = ReportedRow(index, due, parts: parts.count(of: plan.jobs.keys[index]))
      row.fold(
        order[Int(starts[place])..<Int(starts[place + 1])], of: events, key: plan.jobs.keys[index], &finder)
      return row
    }
    titles = JobTitles(plan)
    (self.plan, self.events, self.parts, self.places) = (plan, events, parts, places)
    (self.placeOfKey, self.order, self.starts) = (placeOfKey, order, starts)
  }

  /// Counted first, so that each event is put where it belongs at once.
  private static func order(
    of events: EventTable, _ placeOfKey: [UInt32], count: Int
  ) -> (order: [UInt32], starts: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: count + 1)
    for index in events.indices {
      let place = placeOfKey[events.keyNumber(of: index)]
      if place != .max { starts[Int(place) + 1] += 1 }
    }
    for place in 0..<count { starts[place + 1] += starts[place] }
    var next = starts
    var order = [UInt32](repeating: 0, count: Int(starts[count]))
    for index in events.indices {
      let place = placeOfKey[events.keyNumber(of: index)]
      guard place != .max else { continue }
      order[Int(next[Int(place)])] = UInt32(index)
      next[Int(place)] += 1
    }
    return (order, starts)
  }

  // MARK: Events

  /// Those of a job and of its parts, in order.
  func events(of place: Int) -> some Sequence<JournalEvent> {
    order[Int(starts[place])..<Int(starts[place + 1])].lazy.map { [events] in events[Int($0)] }
  }

  /// Those of them that name a task.
  func taskEvents(of place: Int) -> some Sequence<JournalEvent> {
    order[Int(starts[place])..<Int(starts[place + 1])].lazy.filter { [events] in events.namesTask(Int($0)) }
      .map { [events] in events[Int($0)] }
  }

  /// - Parameter index: `.max`: none.
  func event(_ index: UInt32) -> JournalEvent? { index == .max ? nil : events[Int(index)] }

  func sums(_ index: UInt32) -> ResultSums? { index == .max ? nil : events.sums(of: Int(index)) }

  // MARK: Places

  /// Of the job that a key is told with.
  func place(of key: JobKey) -> Int? { places.find(parts.whole(of: key)) }

  /// As `place(of:)`, of one of `events.keys`, by its number: quick.
  func place(ofKey number: Int) -> Int? { placeOfKey[number] == .max ? nil : Int(placeOfKey[number]) }
}

/// Where jobs are among those of a report.
struct ReportedPlaces: Sendable {
  private let keys: [JobKey]
  private let index: KeyIndex

  init(_ keys: [JobKey]) { (self.keys, index) = (keys, KeyIndex(keys)) }

  func find(_ key: JobKey) -> Int? { index.find(key, in: keys) }
}
