// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Reads a plan file piece by piece, byte for byte as `PlanWriter` writes it: a line at a time, jobs straight into the
/// plan's columns. Memory is bounded by the plan, not by the file.
public struct PlanReader {
  /// 16 MiB: no line of a plan is longer.
  public static let lineLimit = 16 << 20

  /// The start of a line whose end has not come yet.
  private var rest: [UInt8] = []
  private var line = 0
  private var running = RunningDigest()
  /// Of everything but the jobs, which are compared line by line.
  private var frame = RunningDigest()
  private var digestLine: [UInt8] = []
  private var document = PlanDocument()
  private var section: Section = .start
  /// The list that is being read is that of the jobs.
  private var isJobs = false
  private var jobs: JobLineReader?
  /// The line before ended with a comma, as each but the last of a list does.
  private var isOpen = true

  private enum Section {
    case start, top, end
    case list(String)
  }

  public init() {}

  /// - Throws: `layout` at the first line that no plan of this version has.
  public mutating func consume(_ piece: UnsafeBufferPointer<UInt8>) throws(PlanFileError) {
    var start = 0
    while let end = Self.lineEnd(in: piece, from: start) {
      let line = UnsafeBufferPointer(rebasing: piece[start..<end])
      if rest.isEmpty {
        try take(line)
      } else {
        let whole = rest + line
        rest = []
        try whole.withUnsafeBufferPointer { line throws(PlanFileError) in try take(line) }
      }
      start = end
    }
    rest.append(contentsOf: piece[start...])
    guard rest.count <= Self.lineLimit else { throw .layout(line: line + 1) }
  }

  /// Behind the next line feed.
  private static func lineEnd(in piece: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = piece.baseAddress, start < piece.count,
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), piece.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
  }

  /// The plan, when the file is whole and unchanged.
  public mutating func finish() throws(PlanFileError) -> PlanFile {
    guard case .end = section, rest.isEmpty else { throw .layout(line: line + 1) }
    if jobs == nil { jobs = try emptyJobs() }
    guard var jobs else { throw .member("jobs") }
    let version = document.scalars["plan"]
    guard version?.int == Int64(PlanFile.version) else { throw .version(version) }
    let plan = try document.plan(&jobs)
    let digest = running.digest
    guard digestLine.elementsEqual("\"digest\":\"\(digest)\",".utf8) else {
      throw .damaged(expected: document.scalars["digest"]?.string ?? "none", found: digest)
    }
    // What is read must be what is written: no other order, no other spelling, nothing that is left out again.
    guard PlanFile.frame(of: plan) == frame.digest else { throw .form }
    return PlanFile(plan, digest: digest)
  }

  // MARK: Lines

  /// - Parameter whole: with its line end.
  private mutating func take(_ whole: UnsafeBufferPointer<UInt8>) throws(PlanFileError) {
    line += 1
    var text = UnsafeBufferPointer(rebasing: whole[..<(whole.count - 1)])
    if isDigest(text) {
      digestLine = Array(text)
      return try top(text)
    }
    running.add(UnsafeRawBufferPointer(whole))
    if isJobs, text.first == UInt8(ascii: "{") { return try job(text) }
    frame.add(UnsafeRawBufferPointer(whole))
    switch section {
    case .start:
      guard text.elementsEqual("{".utf8) else { throw .layout(line: line) }
      section = .top
    case .top: try top(text)
    case .list(let name):
      if let first = text.first, first == UInt8(ascii: "]") {
        guard text.count == 1 || text.elementsEqual("],".utf8) else { throw .layout(line: line) }
        guard !isJobs || !isOpen || jobs == nil else { throw .layout(line: line) }
        (section, isJobs) = (.top, false)
      } else {
        if let last = text.last, last == UInt8(ascii: ",") {
          text = UnsafeBufferPointer(rebasing: text[..<(text.count - 1)])
        }
        guard !isJobs else { throw .layout(line: line) }
        try element(text, of: name)
      }
    case .end: throw .layout(line: line)
    }
  }

  /// It stands in one place, once: the one line that no digest covers.
  private func isDigest(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard case .top = section, digestLine.isEmpty, document.lists["destinations"] != nil,
      document.lists["exports"] == nil
    else { return false }
    return text.starts(with: #""digest":"#.utf8)
  }

  /// A member of the document: a value, or the beginning of a list.
  private mutating func top(_ text: UnsafeBufferPointer<UInt8>) throws(PlanFileError) {
    if text.elementsEqual("}".utf8) { return section = .end }
    var scanner = LineScanner(text)
    guard scanner.skip("\""), let name = scanner.text().flatMap(LineScanner.decode), scanner.skip(":") else {
      throw .layout(line: line)
    }
    var value = Array(scanner.piece(from: scanner.at, to: text.count))
    if value.last == UInt8(ascii: ",") { value.removeLast() }
    if value == [UInt8(ascii: "[")] {
      section = .list(name)
      isJobs = name == "jobs"
      document.lists[name] = []
    } else {
      guard let json = try? JSONValue(parsing: value) else { throw .layout(line: line) }
      if json == [] { document.lists[name] = [] } else { document.scalars[name] = json }
    }
  }

  private mutating func element(_ text: UnsafeBufferPointer<UInt8>, of name: String) throws(PlanFileError) {
    guard let json = try? JSONValue(parsing: text) else { throw .layout(line: line) }
    document.lists[name, default: []].append(json)
  }

  private mutating func job(_ line: UnsafeBufferPointer<UInt8>) throws(PlanFileError) {
    if jobs == nil { jobs = try document.jobReader() }
    guard isOpen else { throw .layout(line: self.line) }
    isOpen = line.last == UInt8(ascii: ",")
    let text = isOpen ? UnsafeBufferPointer(rebasing: line[..<(line.count - 1)]) : line
    guard jobs?.take(text) == true else { throw .member("jobs/\(jobs?.jobs.count ?? 0)") }
  }

  private func emptyJobs() throws(PlanFileError) -> JobLineReader? {
    guard document.lists["jobs"] != nil else { throw .member("jobs") }
    return try document.jobReader()
  }
}
