// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The lines of a plan file's `jobs`, put together from texts that many jobs share.
///
/// `{"after":[…],"app":"…","before":[…],"dataset":"…","export":"…","format":"…","key":"…","window":"…"}`, where `after`
/// holds the gates that the job waits for and `before` those that wait for it; either is left out when empty.
struct JobLines {
  private let jobs: JobTable
  private let gates: [PlannedGate]
  private let memberships: Memberships
  private let apps: [[UInt8]]
  private let sorts: [[UInt8]]
  private let windows: [[UInt8]]
  private let waits: [[UInt8]]
  /// The text for the gates of the job before: neighbours mostly have the same.
  private var before: (gates: [Int], text: [UInt8]) = ([], [])

  init(_ plan: Plan) {
    (jobs, gates, memberships) = (plan.jobs, plan.gates, Memberships(plan))
    apps = plan.apps.map { app in Self.text { json in json.member("app", app.name) } }
    sorts = plan.jobs.sorts.values.map { sort in
      Self.text { json in
        json.member("dataset", sort.dataset)
        json.member("export", plan.exports[sort.export].name)
        json.member("format", sort.format)
      }
    }
    windows = plan.jobs.cells.values.map { cell in Self.text { json in json.member("window", cell.label) } }
    waits = plan.jobs.waits.values.map { Self.gates("after", $0, plan.gates) }
  }

  mutating func append(_ job: Int, to bytes: inout [UInt8]) {
    let row = jobs.rows[job]
    bytes.append(contentsOf: job == 0 ? "\n{".utf8 : ",\n{".utf8)
    bytes.append(contentsOf: waits[Int(row.after)])
    bytes.append(contentsOf: apps[Int(row.app)])
    bytes.append(UInt8(ascii: ","))
    let members = memberships.gates(of: job)
    if !members.isEmpty {
      if !before.gates.elementsEqual(members) {
        before = (Array(members), Self.gates("before", Array(members), gates))
      }
      bytes.append(contentsOf: before.text)
    }
    bytes.append(contentsOf: sorts[Int(row.sort)])
    bytes.append(contentsOf: Self.keyName)
    jobs.keys[job].digest.appendHex(to: &bytes)
    bytes.append(contentsOf: Self.keyEnd)
    bytes.append(contentsOf: windows[Int(row.cell)])
    bytes.append(UInt8(ascii: "}"))
  }

  private static let keyName = Array(#","key":""#.utf8)
  private static let keyEnd = Array(#"","#.utf8)

  /// `"after":[…],`, or nothing.
  private static func gates(_ name: String, _ indexes: [Int], _ gates: [PlannedGate]) -> [UInt8] {
    guard !indexes.isEmpty else { return [] }
    return text { json in
      json.key(name)
      json.beginArray()
      for index in indexes { json.string(gates[index].name) }
      json.endArray()
    } + [UInt8(ascii: ",")]
  }

  private static func text(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter(capacity: 64)
    write(&json)
    return json.bytes
  }
}
