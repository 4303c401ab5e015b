// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Rows of a JSON document, or of newline-delimited JSON: where that is the format, or when the rule wants an array and
/// objects come.
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
  private let hasRequired: Bool
  private var members: RowMembers
  private var tokenizer = JSONTokenizer()
  private var frames: [Frame] = []
  private var hasRoot = false
  private var seen: [Bool] = []
  /// The member of the present row whose elements are looked at.
  private var list: Int?

  /// - Parameter areLines: every line is a document of its own, an element of the path's first array.
  init(_ requirements: RowRequirements, areLines: Bool = false) {
    self.requirements = requirements
    let path = requirements.rule.path
    self.path = areLines && path.first != "*" ? ["*"] + path : path
    pathBytes = self.path.map { Array($0.utf8) }
    hasRequired = !requirements.rule.required.isEmpty
    members = RowMembers(requirements)
    if areLines { beginLines() }
  }

  mutating func take(_ chunk: [UInt8]) throws {
    if tokenizer.offset == 0, chunk.starts(with: [0x1F, 0x8B]) {
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
      // A number may end with the text.
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
    case .beginObject: try begin(token, isObject: true)
    case .beginArray: try begin(token, isObject: false)
    case .key(let name): frames[frames.count - 1].key = name
    case .endObject, .endArray: try end()
    case .string, .number, .bool, .null: try scalar(token)
    }
  }

  /// Lines are the elements of an array that is not written.
  private mutating func beginLines() {
    hasRoot = true
    frames.append(Frame(isObject: false, matches: true))
  }

  /// Whether the value that comes next is on the path.
  private mutating func arrive(isObject: Bool?) throws -> Bool {
    guard let parent = frames.last else {
      guard !hasRoot else { throw ContentProblem(message: "the file holds more than one JSON document") }
      hasRoot = true
      if path.first == "*", isObject == true {
        beginLines()
        return try arrive(isObject: isObject)
      }
      return true
    }
    let step = frames.count - 1
    guard parent.matches, step < path.count else { return false }
    return path[step] == "*" ? !parent.isObject : parent.isObject && parent.key == pathBytes[step]
  }

  private mutating func begin(_ token: JSONToken, isObject: Bool) throws {
    let matches = try arrive(isObject: isObject)
    let depth = frames.count
    if matches, depth < path.count, isObject != (path[depth] != "*") {
      throw ContentProblem(
        message: "the file has another shape: \(path[depth] == "*" ? "a list" : "an object") was expected")
    }
    if matches, depth == path.count {
      rows += 1
      members.begin()
      seen = [Bool](repeating: false, count: hasRequired ? members.all.count : 0)
      if !isObject, hasRequired { throw ContentProblem(message: "row \(rows) is not an object") }
    }
    frames.append(Frame(isObject: isObject, matches: matches))
    if depth == path.count + 1, frames[depth - 1].matches {
      try member(frames[depth - 1].key, token)
    } else if let list, depth == path.count + 2 {
      try members.all[list].field?.hold(element: token, row: rows)
    }
  }

  private mutating func end() throws {
    let frame = frames.removeLast()
    if frames.count == path.count + 1 { list = nil }
    guard frame.matches, frames.count == path.count, hasRequired else { return }
    for (index, isSeen) in seen.enumerated() where !isSeen && members.all[index].isRequired {
      let name = String(decoding: members.all[index].name, as: UTF8.self)
      throw ContentProblem(message: "row \(rows) has no '\(name)'")
    }
  }

  private mutating func scalar(_ token: JSONToken) throws {
    let matches = try arrive(isObject: nil)
    if matches {
      guard frames.count == path.count, !hasRequired else {
        throw ContentProblem(message: "the file has another shape: a bare value stands where a row was expected")
      }
      rows += 1
      return
    }
    if frames.count == path.count + 1, let row = frames.last, row.matches {
      try member(row.key, token)
    } else if let list, frames.count == path.count + 2 {
      try members.all[list].field?.hold(element: token, row: rows)
    }
  }

  /// A member of the present row, by its first token.
  private mutating func member(_ key: [UInt8], _ token: JSONToken) throws {
    guard let index = members.index(of: key) else { return }
    if hasRequired { seen[index] = true }
    let field = members.all[index].field
    // What may be nothing has no time to be held against the window.
    let isNothing = token == .null && field?.rule.mayBeNull ?? false
    if let time = members.all[index].time, !isNothing { try check(time: time, token) }
    guard let field else { return }
    try field.hold(token, row: rows)
    if token == .beginArray, field.looksIntoLists { list = index }
  }

  /// A time is a text.
  private func check(time: String, _ token: JSONToken) throws {
    switch token {
    case .string(let text): try requirements.check(time: text, of: time, row: rows)
    case .beginObject, .beginArray:
      throw ContentProblem(message: "row \(rows): \(time) is \(token.noun), not a time")
    default: throw ContentProblem(message: "row \(rows): \(time) is a number, a flag or nothing, not a time")
    }
  }
}
