// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// The events of a run, in order, in a tenth of the memory that they take one by one: 24 bytes each, and what some of them
/// tell besides. An event is made when it is asked for.
public struct EventTable: Sendable {
  private struct Row {
    var at: Int64
    /// Of `keys`.
    var key: UInt32
    /// Where what the event tells besides is: which list, its kind says.
    var detail: UInt32
    var attempt: Int32
    var word: Word
  }

  /// Which kind; `other` is kept as it is.
  private enum Word: UInt8 {
    case intent, submitted, adopted, absent, unknowable, refused, queued, running, succeeded
    case taskFailed, verifying, verified, rejected, setback, failed, abandoned, cancelled, other
  }

  private struct PackedTask {
    var task: PackedTexts.Name
    var request: PackedTexts.Name
  }

  private struct PackedFailure {
    var cause: Failure.Cause
    var step: JournalEvent.Step?
    var message: PackedTexts.Name
    var requestID: PackedTexts.Name
  }

  private struct PackedArtifact {
    var bytes: Int64
    var rows: Int64?
    var sha256: Digest?
    var name: PackedTexts.Name
  }

  private struct PackedResult {
    var level: Verification.Level
    /// Of `artifacts`.
    var first: UInt32
    var count: UInt32
  }

  private var rows = Blocks<Row>()
  /// Each once, in the order in which they came.
  public private(set) var keys: [JobKey] = []
  private var known = KeyIndex()
  private var texts = PackedTexts()
  private var tasks = Blocks<PackedTask>()
  private var failures = Blocks<PackedFailure>()
  private var results = Blocks<PackedResult>()
  private var artifacts = Blocks<PackedArtifact>()
  private var others = Blocks<JournalEvent.Kind>()

  public init() {}

  public init(_ events: some Sequence<JournalEvent>) {
    for event in events { append(event) }
    close()
  }

  // MARK: Adding

  mutating func append(_ event: JournalEvent) {
    let (word, attempt, detail) = pack(event.kind)
    rows.append(
      Row(at: event.at.milliseconds, key: number(of: event.key), detail: detail, attempt: attempt, word: word))
  }

  /// Nothing is added any more.
  mutating func close() {
    known = KeyIndex()
    texts.close()
  }

  private mutating func number(of key: JobKey) -> UInt32 {
    if let found = known.find(key, orAddIn: keys) { return UInt32(found) }
    keys.append(key)
    return UInt32(keys.count - 1)
  }

  private mutating func pack(_ kind: JournalEvent.Kind) -> (Word, Int32, UInt32) {
    func other() -> (Word, Int32, UInt32) {
      others.append(kind)
      return (.other, 0, UInt32(others.count - 1))
    }
    let number = kind.attempt ?? 0
    guard let attempt = Int32(exactly: number) else { return other() }
    switch kind {
    case .intent: return (.intent, attempt, 0)
    case .absent: return (.absent, attempt, 0)
    case .unknowable: return (.unknowable, attempt, 0)
    case .queued: return (.queued, 0, 0)
    case .running: return (.running, 0, 0)
    case .succeeded: return (.succeeded, attempt, 0)
    case .verifying: return (.verifying, attempt, 0)
    case .cancelled: return (.cancelled, attempt, 0)
    case .submitted(_, let task, let request): return (.submitted, attempt, add(task, request))
    case .adopted(_, let task): return (.adopted, attempt, add(task, nil))
    case .refused(_, let failure): return (.refused, attempt, add(failure))
    case .taskFailed(_, let failure): return (.taskFailed, attempt, add(failure))
    case .rejected(_, let failure): return (.rejected, attempt, add(failure))
    case .setback(let step, let failure): return (.setback, 0, add(failure, step))
    case .failed(let failure): return (.failed, 0, add(failure))
    case .abandoned(let failure): return (.abandoned, 0, add(failure))
    case .verified(_, let result): return (.verified, attempt, add(result))
    case .held, .skipped, .split, .wanted: return other()
    }
  }

  private mutating func add(_ task: String, _ request: String?) -> UInt32 {
    tasks.append(PackedTask(task: texts.add(task), request: texts.add(request)))
    return UInt32(tasks.count - 1)
  }

  private mutating func add(_ failure: Failure, _ step: JournalEvent.Step? = nil) -> UInt32 {
    failures.append(
      PackedFailure(
        cause: failure.cause, step: step, message: texts.add(failure.message), requestID: texts.add(failure.requestID)))
    return UInt32(failures.count - 1)
  }

  private mutating func add(_ result: Verification) -> UInt32 {
    results.append(
      PackedResult(level: result.level, first: UInt32(artifacts.count), count: UInt32(result.artifacts.count)))
    for file in result.artifacts {
      artifacts.append(
        PackedArtifact(bytes: file.bytes, rows: file.rows, sha256: file.sha256, name: texts.add(file.name)))
    }
    return UInt32(results.count - 1)
  }

  // MARK: Reading

  /// Which of `keys` an event is of.
  public func keyNumber(of index: Int) -> Int { Int(rows[index].key) }

  /// Whether it may tell of something that went wrong; quick.
  private func mayFail(_ index: Int) -> Bool {
    switch rows[index].word {
    case .refused, .taskFailed, .rejected, .setback, .failed, .abandoned: true
    default: false
    }
  }

  /// Whether it names a task; quick.
  public func namesTask(_ index: Int) -> Bool { rows[index].word == .submitted || rows[index].word == .adopted }

  /// Those that tell of something that went wrong, in order.
  public var failed: some Sequence<JournalEvent> { indices.lazy.filter(mayFail).map { self[$0] } }

  /// Those that tell of a job that was split, skipped, held or wanted, in order.
  public var rare: some Sequence<JournalEvent> {
    indices.lazy.filter { rows[$0].word == .other }.map { self[$0] }
  }

  /// Of an event that tells of a good result, what it comes to, without the names of its files.
  public func sums(of index: Int) -> ResultSums? {
    guard rows[index].word == .verified else { return nil }
    let result = results[Int(rows[index].detail)]
    var sums = ResultSums(level: result.level, files: Int(result.count))
    for number in Int(result.first)..<Int(result.first + result.count) {
      sums.bytes += artifacts[number].bytes
      sums.rows += artifacts[number].rows ?? 0
    }
    return sums
  }

  private func kind(of row: Row) -> JournalEvent.Kind {
    let (attempt, detail) = (Int(row.attempt), Int(row.detail))
    switch row.word {
    case .intent: return .intent(attempt: attempt)
    case .absent: return .absent(attempt: attempt)
    case .unknowable: return .unknowable(attempt: attempt)
    case .queued: return .queued
    case .running: return .running
    case .succeeded: return .succeeded(attempt: attempt)
    case .verifying: return .verifying(attempt: attempt)
    case .cancelled: return .cancelled(attempt: attempt)
    case .submitted:
      let made = tasks[detail]
      return .submitted(attempt: attempt, task: texts.text(made.task), requestID: texts[made.request])
    case .adopted: return .adopted(attempt: attempt, task: texts.text(tasks[detail].task))
    case .refused: return .refused(attempt: attempt, failure(detail))
    case .taskFailed: return .taskFailed(attempt: attempt, failure(detail))
    case .rejected: return .rejected(attempt: attempt, failure(detail))
    case .setback: return .setback(step: failures[detail].step ?? .submit, failure(detail))
    case .failed: return .failed(failure(detail))
    case .abandoned: return .abandoned(failure(detail))
    case .verified: return .verified(attempt: attempt, result(detail))
    case .other: return others[detail]
    }
  }

  private func failure(_ number: Int) -> Failure {
    let failure = failures[number]
    return Failure(kept: failure.cause, texts.text(failure.message), requestID: texts[failure.requestID])
  }

  private func result(_ number: Int) -> Verification {
    let result = results[number]
    let files = (Int(result.first)..<Int(result.first + result.count)).map { number in
      let file = artifacts[number]
      return Artifact(name: texts.text(file.name), bytes: file.bytes, sha256: file.sha256, rows: file.rows)
    }
    return Verification(result.level, artifacts: files)
  }
}

/// What a good result comes to.
public struct ResultSums: Sendable, Equatable {
  public var level: Verification.Level
  public var files: Int
  public var bytes: Int64
  public var rows: Int64

  public init(level: Verification.Level, files: Int, bytes: Int64 = 0, rows: Int64 = 0) {
    (self.level, self.files, self.bytes, self.rows) = (level, files, bytes, rows)
  }
}

extension EventTable: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  public subscript(index: Int) -> JournalEvent {
    let row = rows[index]
    return JournalEvent(kind(of: row), of: keys[Int(row.key)], at: Instant(milliseconds: row.at))
  }
}

extension EventTable: Equatable {
  public static func == (a: EventTable, b: EventTable) -> Bool { a.elementsEqual(b) }
}

extension JournalEvent.Kind {
  /// The number of the attempt that it tells of.
  fileprivate var attempt: Int? {
    switch self {
    case .intent(let attempt), .submitted(let attempt, _, _), .adopted(let attempt, _), .absent(let attempt),
      .unknowable(let attempt), .refused(let attempt, _), .succeeded(let attempt), .taskFailed(let attempt, _),
      .verifying(let attempt), .verified(let attempt, _), .rejected(let attempt, _), .cancelled(let attempt),
      .split(let attempt, _):
      attempt
    case .queued, .running, .held, .setback, .failed, .skipped, .abandoned, .wanted: nil
    }
  }
}
