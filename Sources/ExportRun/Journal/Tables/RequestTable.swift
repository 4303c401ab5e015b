// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// The requests of a run, in the order of their ends, in a fraction of the memory that they take one by one. A request is
/// made when it is asked for; how long it took is kept to the nanosecond.
public struct RequestTable: Sendable {
  private struct Row {
    var at: Int64
    var nanoseconds: Int64
    /// Of `keys`; `.max`: none.
    var key: UInt32
    var attempt: Int32?
    var status: Int32?
    var method: PackedTexts.Name
    var url: PackedTexts.Name
    var requestID: PackedTexts.Name
    var serviceID: PackedTexts.Name
    var error: PackedTexts.Name
    var step: JournalEvent.Step?
  }

  private var rows = Blocks<Row>()
  private var keys: [JobKey] = []
  private var known = KeyIndex()
  private var texts = PackedTexts()

  public init() {}

  public init(_ requests: some Sequence<RequestRecord>) {
    for request in requests { append(request) }
    close()
  }

  mutating func append(_ request: RequestRecord) {
    rows.append(
      Row(
        at: request.at.milliseconds, nanoseconds: request.took.nanoseconds, key: number(of: request.key),
        attempt: request.attempt.map { Int32(clamping: $0) }, status: request.status.map { Int32(clamping: $0) },
        method: texts.add(request.method), url: texts.add(request.url), requestID: texts.add(request.requestID),
        serviceID: texts.add(request.serviceID), error: texts.add(request.error), step: request.step))
  }

  /// Nothing is added any more.
  mutating func close() {
    known = KeyIndex()
    texts.close()
  }

  private mutating func number(of key: JobKey?) -> UInt32 {
    guard let key else { return .max }
    if let found = known.find(key, orAddIn: keys) { return UInt32(found) }
    keys.append(key)
    return UInt32(keys.count - 1)
  }

  /// The status of the answer; `nil`: there was none. Quick.
  public func status(of index: Int) -> Int? { rows[index].status.map { Int($0) } }
}

extension RequestTable: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  public subscript(index: Int) -> RequestRecord {
    let row = rows[index]
    var request = RequestRecord(
      at: Instant(milliseconds: row.at), took: .nanoseconds(row.nanoseconds), step: row.step,
      key: row.key == .max ? nil : keys[Int(row.key)], attempt: row.attempt.map { Int($0) },
      method: texts.text(row.method), url: texts.text(row.url), status: row.status.map { Int($0) },
      requestID: texts[row.requestID], serviceID: texts[row.serviceID])
    // It is fit for the public since it was noted.
    request.error = texts[row.error]
    return request
  }
}

extension RequestTable: Equatable {
  public static func == (a: RequestTable, b: RequestTable) -> Bool { a.elementsEqual(b) }
}
