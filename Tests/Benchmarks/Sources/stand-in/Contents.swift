// SPDX-License-Identifier: Apache-2.0

/// What is in the files of a kind: always the same rows, at the day that was asked for.
struct Contents: ~Copyable {
  private var text = Bytes()
  /// Where a day stands.
  private var days: [Int] = []

  /// - Parameter kind: of `TaskTable.kinds`.
  init(of kind: Int, rows: Int) {
    text.append("[")
    for row in 0..<rows {
      if row > 0 { text.append(",") }
      text.append("{\"deviceId\":\"")
      text.append(hexadecimal: 0x5EED_0000_0000 + UInt64(row), digits: 32)
      switch TaskTable.kinds[kind].folder.description {
      case "activity/": write(activity: row)
      case "session/": write(session: row)
      case "job/": write(job: row)
      case "event/": write("events", row)
      case "error/": write("errors", row)
      default: write("crashes", row)
      }
      text.append("}")
    }
    text.append("]")
  }

  var count: Int { text.count }

  func write(day: View, to bytes: inout Bytes) {
    let start = bytes.count
    bytes.append(text.view)
    for place in days { bytes.put(day, at: start + place) }
  }

  // MARK: Rows

  private mutating func write(activity row: Int) {
    text.append("\",\"sessionId\":\"")
    writeID(row)
    text.append("\",\"activities\":[{\"name\":\"home\",\"timestamp\":\"")
    writeTime(row)
    text.append("\",\"extras\":{\"step\":")
    text.append(row)
    text.append("}}]")
  }

  private mutating func write(session row: Int) {
    text.append("\",\"sessionId\":\"")
    writeID(row)
    writeSpan(row)
  }

  private mutating func write(job row: Int) {
    text.append("\",\"jobId\":\"")
    writeID(row)
    text.append("\",\"name\":\"checkout")
    writeSpan(row)
  }

  private mutating func write(_ happenings: StaticString, _ row: Int) {
    text.append("\",\"")
    text.append(happenings)
    text.append("\":[{\"name\":\"tap\",\"timestamp\":\"")
    writeTime(row)
    text.append("\",\"sessionId\":\"")
    writeID(row)
    text.append("\",\"extras\":{\"step\":")
    text.append(row)
    text.append("}}]")
  }

  private mutating func writeSpan(_ row: Int) {
    text.append("\",\"start\":\"")
    writeTime(row)
    text.append("\",\"end\":\"")
    writeTime(row)
    text.append("\"")
  }

  private mutating func writeTime(_ row: Int) {
    days.append(text.count)
    text.append("2016-01-01T12:")
    text.append(row / 60 % 60, digits: 2)
    text.append(":")
    text.append(row % 60, digits: 2)
    text.append(".000Z")
  }

  private mutating func writeID(_ row: Int) {
    text.append("0f0f3f3e-6d0e-4d8c-9f5e-")
    text.append(hexadecimal: UInt64(row), digits: 12)
  }
}
