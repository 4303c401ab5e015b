// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Rows of a JSON document, or of newline-delimited JSON: where that is the format, or when the rule wants an array and
/// objects come.
struct JSONRowCheck: RowCheck {
  private struct Frame {
    let isObject: Bool
    /// The steps down to here are those of the rule's path.
    let matches: Bool
    /// The present member is the path's next step.
    var isOnPath = false
    /// One of its members was.
    var hasStep = false
    /// Of a row, or of the object above rows: which of its members the present one is; -1: one that nothing is said of.
    var member = -1
  }

  private(set) var rows: Int64 = 0
  private let requirements: RowRequirements
  private let path: [String]
  private let steps: [[UInt8]]
  /// Which steps are every element of an array.
  private let isEach: [Bool]
  private let hasRequired: Bool
  /// Where the path's first list is; `nil`: there is none.
  private let outermost: Int?
  /// Of that list.
  private var elements: Int64 = 0
  private var members: RowMembers
  /// Where the object stands that holds rows; `nil`: nothing is said of it.
  private let holder: Int?
  private var above: RowMembers
  private var aboveSeen: [Bool]
  private var tokenizer = JSONTokenizer()
  private var frames: [Frame] = []
  private var hasRoot = false
  private var seen: [Bool] = []
  /// The member of the present row whose elements are looked at.
  private var list: Int?
  private var twins: RowTwins?

  /// - Parameter areLines: every line is a document of its own, an element of the path's first array.
  init(_ requirements: RowRequirements, areLines: Bool = false, twins: TwinWatch? = nil) {
    self.requirements = requirements
    let path = requirements.rule.path
    let whole = areLines && path.first != "*" ? ["*"] + path : path
    (self.path, steps, isEach) = (whole, whole.map { Array($0.utf8) }, whole.map { $0 == "*" })
    hasRequired = !requirements.rule.required.isEmpty
    outermost = whole.firstIndex(of: "*")
    let above = requirements.rule.above
    holder = above.isEmpty ? nil : whole.lastIndex { $0 != "*" }
    self.above = RowMembers(above: above)
    aboveSeen = [Bool](repeating: false, count: above.count)
    let rows = twins.flatMap { RowTwins($0, path: whole) }
    (self.twins, members) = (rows, RowMembers(requirements, identity: rows?.members ?? []))
    if areLines { beginLines() }
  }

  mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) throws {
    try read { tokenizer, check in try tokenizer.scan(chunk) { try check.take($0, $1) } }
  }

  mutating func finish() throws {
    // A number may end with the text.
    try read { tokenizer, _ in try tokenizer.finish { _, _ in } }
    guard hasRoot || path.isEmpty else { throw ContentProblem(message: "the file is empty") }
  }

  /// The tokenizer is out of the check meanwhile: neither is copied.
  private mutating func read(_ body: (inout JSONTokenizer, inout JSONRowCheck) throws -> Void) throws {
    var taken = JSONTokenizer()
    swap(&taken, &tokenizer)
    defer { swap(&taken, &tokenizer) }
    do {
      try body(&taken, &self)
    } catch let error as JSONSyntaxError {
      throw Self.problem(error)
    }
  }

  private static func problem(_ error: JSONSyntaxError) -> ContentProblem {
    switch error.problem {
    case .unfinished: ContentProblem(message: "the file is cut off: JSON ends in the middle at byte \(error.offset)")
    case .badEscape:
      ContentProblem(
        message: "the file is not JSON: an escape before byte \(error.offset) is none, or half of a pair")
    case .badUTF8: ContentProblem(message: "the file is not JSON: the text before byte \(error.offset) is not UTF-8")
    case .tooLong(let limit):
      ContentProblem(message: "a text or number at byte \(error.offset) is longer than \(limit) bytes")
    case .tooDeep(let limit):
      ContentProblem(message: "more than \(limit) objects and lists stand in each other at byte \(error.offset)")
    case .unexpected, .badNumber:
      ContentProblem(message: "the file is not JSON: byte \(error.offset) is wrong")
    }
  }

  // MARK: Marks

  private mutating func take(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    switch mark {
    case .beginObject, .beginArray: try begin(mark, isObject: mark == .beginObject)
    case .endObject, .endArray: try end(mark)
    case .key: key(bytes)
    case .string, .number, .isTrue, .isFalse, .null: try scalar(mark, bytes)
    }
  }

  /// Lines are the elements of an array that is not written.
  private mutating func beginLines() {
    hasRoot = true
    frames.append(Frame(isObject: false, matches: true))
  }

  private mutating func key(_ bytes: UnsafeBufferPointer<UInt8>) {
    twins?.see(.key, bytes)
    let last = frames.count - 1
    guard frames[last].matches else { return }
    if last < path.count {
      frames[last].isOnPath = steps[last].hasBytes(bytes)
      if frames[last].isOnPath { frames[last].hasStep = true }
      if last == holder { frames[last].member = above.index(of: bytes) }
    } else if last == path.count {
      frames[last].member = members.index(of: bytes)
    }
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
    return isEach[step] ? !parent.isObject : parent.isObject && parent.isOnPath
  }

  private mutating func begin(_ mark: JSONMark, isObject: Bool) throws {
    let matches = try arrive(isObject: isObject)
    let depth = frames.count
    if matches, depth < path.count, isObject == isEach[depth] {
      throw ContentProblem(
        message: "the file has another shape: \(path[depth] == "*" ? "a list" : "an object") was expected")
    }
    if matches, let outermost, depth == outermost + 1 { elements += 1 }
    if matches, depth == path.count {
      rows += 1
      members.begin()
      if hasRequired { beginSeen() }
      twins?.beginRow()
      if !isObject, hasRequired { throw ContentProblem(message: "row \(rows) is not an object") }
    }
    if let holder, matches, depth == holder { beginAbove() }
    if depth - 1 == holder { try member(above: mark, JSONRowCheck.nothing) }
    twins?.begin(mark, depth: depth)
    frames.append(Frame(isObject: isObject, matches: matches))
    if depth == path.count + 1, frames[depth - 1].matches {
      try member(frames[depth - 1].member, mark, JSONRowCheck.nothing)
    } else if let list, depth == path.count + 2 {
      try members.all[list].field?.hold(element: mark, JSONRowCheck.nothing, row: rows)
    }
  }

  private static var nothing: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  private mutating func beginSeen() {
    if seen.isEmpty {
      seen = [Bool](repeating: false, count: members.all.count)
    } else {
      for index in seen.indices { seen[index] = false }
    }
  }

  private mutating func end(_ mark: JSONMark) throws {
    let frame = frames.removeLast()
    let depth = frames.count
    if depth == path.count + 1 { list = nil }
    try twins?.end(mark, depth: depth, rows: rows)
    guard frame.matches else { return }
    guard depth == path.count else {
      if depth == holder { try endAbove() }
      return try endStep(frame, depth)
    }
    if hasRequired {
      for index in seen.indices where !seen[index] && members.all[index].isRequired {
        throw ContentProblem(
          message: "row \(rows) has no '\(String(decoding: members.all[index].name, as: UTF8.self))'")
      }
    }
    try twins?.endRow(rows)
  }

  /// An object above rows: one that holds something else is of another dataset, or no result at all.
  private func endStep(_ frame: Frame, _ depth: Int) throws {
    guard requirements.rule.isPathRequired, depth < path.count, !isEach[depth], !frame.hasStep else { return }
    let what = outermost.map { depth > $0 } ?? false ? "element \(elements)" : "the document"
    throw ContentProblem(message: "\(what) has no '\(path[depth])'")
  }

  private mutating func scalar(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    let matches = try arrive(isObject: nil)
    let depth = frames.count
    if matches {
      guard depth == path.count, !hasRequired else {
        throw ContentProblem(message: "the file has another shape: a bare value stands where a row was expected")
      }
      rows += 1
    }
    if depth - 1 == holder { try member(above: mark, bytes) }
    try twins?.scalar(mark, bytes, depth: depth, rows: rows)
    if matches { return }
    if depth == path.count + 1, frames[depth - 1].matches {
      try member(frames[depth - 1].member, mark, bytes)
    } else if let list, depth == path.count + 2 {
      try members.all[list].field?.hold(element: mark, bytes, row: rows)
    }
  }

  /// A member of the present row, by its first mark.
  private mutating func member(_ index: Int, _ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard index >= 0 else { return }
    if hasRequired { seen[index] = true }
    let member = members.all[index]
    if member.isIdentity { twins?.identity(index, mark, bytes) }
    // What may be nothing has no time to be held against the window.
    let isNothing = mark == .null && member.mayBeNull
    if let time = member.time, !isNothing { try check(time: time, mark, bytes) }
    guard let field = member.field else { return }
    try field.hold(mark, bytes, row: rows)
    if mark == .beginArray, field.looksIntoLists { list = index }
  }

  // MARK: The object above rows

  private mutating func beginAbove() {
    above.begin()
    for index in aboveSeen.indices { aboveSeen[index] = false }
  }

  /// A member of the object that holds rows, by its first mark.
  private mutating func member(above mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard let frame = frames.last, frame.matches, frame.member >= 0 else { return }
    aboveSeen[frame.member] = true
    // Of the rows that follow, mostly.
    try above.all[frame.member].field?.hold(mark, bytes, row: rows + 1)
  }

  private func endAbove() throws {
    guard let index = aboveSeen.firstIndex(of: false) else { return }
    let name = String(decoding: above.all[index].name, as: UTF8.self)
    throw ContentProblem(message: "\(outermost == nil ? "the document" : "element \(elements)") has no '\(name)'")
  }

  /// A time is a text.
  private func check(time: String, _ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    switch mark {
    case .string: try requirements.check(time: bytes, of: time, row: rows)
    case .beginObject, .beginArray:
      throw ContentProblem(message: "row \(rows): \(time) is \(mark.noun), not a time")
    default: throw ContentProblem(message: "row \(rows): \(time) is a number, a flag or nothing, not a time")
    }
  }
}

extension [UInt8] {
  /// The same bytes in the same order.
  func hasBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == bytes.count else { return false }
    for index in 0..<count where self[index] != bytes[index] { return false }
    return true
  }
}
