// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB

// What the state file keeps of a run besides the events of jobs.
extension StateFile {
  static func write(_ notes: [RunNote], of run: Int64, in db: Database) throws {
    guard !notes.isEmpty else { return }
    let statement = try StateStatement("INSERT INTO note (run, at, after, data) VALUES (?, ?, ?, ?)", in: db)
    for note in notes {
      statement.bind(1, run)
      statement.bind(2, note.at.milliseconds)
      statement.bind(3, note.after)
      statement.bind(4, note.notice.json.canonicalBytes)
      try statement.run()
    }
  }

  static func write(_ requests: [RequestRecord], in db: Database) throws {
    guard !requests.isEmpty else { return }
    let statement = try StateStatement(
      """
      INSERT INTO request (at, took, step, key, attempt, method, url, status, request_id, service_id,
        error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, in: db)
    for request in requests {
      statement.bind(1, request.at.milliseconds)
      statement.bind(2, request.took.microseconds)
      statement.bind(3, request.step?.rawValue)
      statement.bind(4, request.key)
      statement.bind(5, request.attempt.map { Int64($0) })
      statement.bind(6, request.method)
      statement.bind(7, request.url)
      statement.bind(8, request.status.map { Int64($0) })
      statement.bind(9, request.requestID)
      statement.bind(10, request.serviceID)
      statement.bind(11, request.error)
      try statement.run()
    }
  }

  static func notes(of run: Int64, in db: Database) throws -> [RunNote] {
    let statement = try StateStatement("SELECT at, after, data FROM note WHERE run = ? ORDER BY seq", in: db)
    statement.bind(1, run)
    var notes: [RunNote] = []
    try statement.forEach { row in
      guard let notice = row.json(2).flatMap({ Scheduler.Notice($0) }) else { return }
      notes.append(RunNote(notice, at: Instant(milliseconds: row.int(0)), after: Int(row.int(1))))
    }
    return notes
  }

  /// Requests after one and up to another.
  static func requests(after first: Int64, through last: Int64, in db: Database) throws -> RequestTable {
    let statement = try StateStatement(
      """
      SELECT at, took, step, key, attempt, method, url, status, request_id, service_id, error
      FROM request
      WHERE seq > ? AND seq <= ? ORDER BY seq
      """, in: db)
    statement.bind(1, first)
    statement.bind(2, last)
    var requests = RequestTable()
    try statement.forEach { row in
      requests.append(
        RequestRecord(
          at: Instant(milliseconds: row.int(0)), took: .microseconds(row.int(1)),
          step: row.text(2).flatMap { JournalEvent.Step(rawValue: $0) }, key: row.key(3),
          attempt: row.optionalInt(4).map { Int($0) }, method: row.text(5) ?? "", url: row.text(6) ?? "",
          status: row.optionalInt(7).map { Int($0) }, requestID: row.text(8),
          serviceID: row.text(9), error: row.text(10)))
    }
    requests.close()
    return requests
  }
}

extension StateStatement {
  fileprivate func bind(_ index: Int32, _ key: JobKey?) {
    if let key { bind(index, key) } else { bind(index, nil as Int64?) }
  }
}
