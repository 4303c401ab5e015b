// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB

/// A job as the state file holds it: two rows, one of what decides and one of texts.
struct StoredJob: Sendable {
  var id: Int64
  var record = JobRecord()
  var title: String?

  static let query = """
    SELECT j.id, j.state, j.attempt, j.wanted, j.renewals, j.verified_at, j.intent_at, j.submitted_at, j.running_at,
      j.succeeded_at, t.title, t.task, t.past, t.verification, t.failure, t.parts
    FROM job j LEFT JOIN job_text t ON t.id = j.id WHERE j.key = ?
    """

  init(id: Int64) { self.id = id }

  /// A row of `query`.
  init(_ row: StateRow) { (id, record, title) = (row.int(0), JobRecord(row), row.text(10)) }

  /// What stands for a title where titles are compared.
  static func mark(of title: String) -> Int64 { Int64(bitPattern: Digest(of: title).prefix) }
}

extension JobRecord {
  /// A row of `StoredJob.query`.
  init(_ row: StateRow) {
    self.init()
    state = JobState(code: row.int(1))
    attempt = Int(row.int(2))
    wanted = Due(code: row.int(3))
    renewals = Int(row.int(4))
    (verifiedAt, intentAt, submittedAt) = (row.instant(5), row.instant(6), row.instant(7))
    (runningAt, succeededAt) = (row.instant(8), row.instant(9))
    task = row.text(11)
    pastTasks = row.json(12)?.array?.compactMap(\.string) ?? []
    verification = row.json(13).flatMap { Verification($0) }
    lastFailure = row.json(14).flatMap { Failure($0) }
    parts = row.json(15)?.array?.compactMap { JobPart($0) }
  }
}

extension PlanRecords.Brief {
  /// A row of `key, state, attempt, wanted, flags, verified_at`.
  init(_ row: StateRow) {
    let flags = row.int(4)
    self.init(
      state: JobState(code: row.int(1)), attempt: Int(row.int(2)), verifiedAt: row.instant(5),
      hasFailed: row.int(2) > 0 || flags & 1 != 0, wanted: Due(code: row.int(3)), isSplit: flags & 2 != 0)
  }
}

// MARK: Words as small numbers. They never change.

extension JobState {
  var code: Int64 {
    switch self {
    case .planned: 0
    case .waiting: 1
    case .ready: 2
    case .submitting: 3
    case .submitted: 4
    case .running: 5
    case .succeeded: 6
    case .verifying: 7
    case .verified: 8
    case .failed: 9
    case .skipped: 10
    case .abandoned: 11
    case .cancelled: 12
    case .split: 13
    }
  }

  private static let byCode: [JobState] = {
    var states = [JobState](repeating: .planned, count: allCases.count)
    for state in allCases { states[Int(state.code)] = state }
    return states
  }()

  /// `planned` for a number that says nothing.
  init(code: Int64) { self = Self.byCode.indices.contains(Int(code)) ? Self.byCode[Int(code)] : .planned }
}

extension Due {
  /// Its letter; 0 stands for no reason.
  var code: Int64 { Int64(letter.asciiValue ?? 0) }

  init?(code: Int64) {
    guard code > 0, let letter = UInt8(exactly: code) else { return nil }
    self.init(letter: Character(Unicode.Scalar(letter)))
  }
}
