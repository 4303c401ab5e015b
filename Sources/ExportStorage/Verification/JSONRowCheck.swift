// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Rows of a JSON document, or of newline-delimited JSON when the rule wants an array and objects come.
struct JSONRowCheck: RowCheck {
  private struct Frame {
    let isObject: Bool
    /// The steps down to here are those of the rule's path.
    let matches: Bool
    var key: [UInt8] = []
  }

  private(set) var rows: Int64 = 0
  private let requirements: RowRequirements
  private let path: [String]
  private let pathBytes: [[UInt8]]
  private let required: [[UInt8]]
  private let times: [[UInt8]]
  private var tokenizer = JSONTokenizer()
  private var frames: [Frame] = []
  private var hasRoot = false
  private var isLines = false
  private var seen: [Bool] = []

  init(_ requirements: RowRequirements) {
    self.requirements = requirements
    path = requirements.rule.path
    pathBytes = path.map { Array($0.utf8) }
    required = requirements.rule.required.map { Array($0.utf8) }
    times = requirements.times.map { Array($0.utf8) }
  }

  mutating func take(_ chunk: [UInt8]) throws {
    if !hasRoot, tokenizer.offset == 0, chunk.starts(with: [0x1F, 0x8B]) {
      throw ContentProblem(message: "the file is gzip, which is not read yet")
    }
    var tokenizer = tokenizer
    do {
      try tokenizer.consume(chunk) { try take($0) }
    } catch let error as JSONSyntaxError {
      throw Self.problem(error)
    }
    self.tokenizer = tokenizer
  }

  mutating func finish() throws {
    do {
      try tokenizer.finish { _ in }
    } catch let error as JSONSyntaxError {
      throw Self.problem(error)
    }
    guard hasRoot || path.isEmpty else { throw ContentProblem(message: "the file is empty") }
  }

  private static func problem(_ error: JSONSyntaxError) -> ContentProblem {
    switch error.problem {
    case .unfinished: ContentProblem(message: "the file is cut off: JSON ends in the middle at byte \(error.offset)")
    default: ContentProblem(message: "the file is not JSON: byte \(error.offset) is wrong")
    }
  }

  // MARK: Tokens

  private mutating func take(_ token: JSONToken) throws {
    switch token {
    case .beginObject: try begin(isObject: true)
    case .beginArray: try begin(isObject: false)
    case .key(let name): frames[frames.count - 1].key = name
    case .endObject, .endArray: try end()
    case .string(let text): try scalar(text)
    case .number, .bool, .null: try scalar(nil)
    }
  }

  /// The depth of the value that comes next, and whether it is on the path.
  private mutating func arrive(isObject: Bool?) throws -> Bool {
    guard let parent = frames.last else {
      guard !hasRoot else { throw ContentProblem(message: "the file holds more than one JSON document") }
      hasRoot = true
      if path.first == "*", isObject == true {
        isLines = true
        frames.append(Frame(isObject: false, matches: true))
        return try arrive(isObject: isObject)
      }
      return true
    }
    let step = frames.count - 1
    guard parent.matches, step < path.count else { return false }
    return path[step] == "*" ? !parent.isObject : parent.isObject && parent.key == pathBytes[step]
  }

  private mutating func begin(isObject: Bool) throws {
    let matches = try arrive(isObject: isObject)
    let depth = frames.count
    if matches, depth < path.count, isObject != (path[depth] != "*") {
      throw ContentProblem(
        message: "the file has another shape: \(path[depth] == "*" ? "a list" : "an object") was expected")
    }
    if matches, depth == path.count {
      rows += 1
      seen = [Bool](repeating: false, count: required.count)
      if !isObject, !required.isEmpty { throw ContentProblem(message: "row \(rows) is not an object") }
    }
    frames.append(Frame(isObject: isObject, matches: matches))
    if isInRow {
      try refuseTime(frames[frames.count - 2].key, isObject ? "an object" : "a list")
      note(nil)
    }
  }

  private mutating func end() throws {
    let frame = frames.removeLast()
    guard frame.matches else { return }
    if frames.count == path.count, let missing = seen.firstIndex(of: false) {
      throw ContentProblem(message: "row \(rows) has no '\(String(decoding: required[missing], as: UTF8.self))'")
    }
  }

  private mutating func scalar(_ text: [UInt8]?) throws {
    let matches = try arrive(isObject: nil)
    if matches {
      guard frames.count == path.count, required.isEmpty else {
        throw ContentProblem(message: "the file has another shape: a bare value stands where a row was expected")
      }
      rows += 1
      return
    }
    guard frames.count == path.count + 1, let row = frames.last, row.matches else { return }
    note(row.key)
    guard let text else { return try refuseTime(row.key, "a number, a flag or nothing") }
    if let index = times.firstIndex(of: row.key) {
      try requirements.check(time: text, of: requirements.times[index], row: rows)
    }
  }

  /// A time is a text.
  private func refuseTime(_ key: [UInt8], _ found: String) throws {
    guard let index = times.firstIndex(of: key) else { return }
    throw ContentProblem(message: "row \(rows): \(requirements.times[index]) is \(found), not a time")
  }

  /// A container has just begun as a member of a row.
  private var isInRow: Bool {
    frames.count == path.count + 2 && frames[frames.count - 2].matches
  }

  private mutating func note(_ key: [UInt8]?) {
    let key = key ?? frames[frames.count - 2].key
    if let index = required.firstIndex(of: key), index < seen.count { seen[index] = true }
  }
}
