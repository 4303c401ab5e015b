// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Watches JSON go through for the one text, number or flag at a pointer, in memory bounded by its nesting.
struct PointerWatch {
  private struct Frame {
    let isObject: Bool
    /// The steps down to here are the pointer's.
    let matches: Bool
    var key: [UInt8] = []
    var index = -1
  }

  /// What stands at the pointer; `nil`: nothing so far, or null.
  private(set) var text: String?
  /// All that came so far is JSON.
  private(set) var isReadable = true
  private let steps: [[UInt8]]
  private var tokenizer = JSONTokenizer()
  private var frames: [Frame] = []

  /// - Parameter pointer: of RFC 6901.
  init(_ pointer: String) {
    steps = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
      Array(step.replacing("~1", with: "/").replacing("~0", with: "~").utf8)
    }
  }

  mutating func take(_ chunk: [UInt8]) {
    guard isReadable else { return }
    read { tokenizer, watch in try tokenizer.scan(chunk) { watch.take($0, $1) } }
  }

  /// Nothing comes any more.
  /// - Returns: whether all that came is whole JSON.
  mutating func end() -> Bool {
    guard isReadable else { return false }
    read { tokenizer, watch in try tokenizer.finish { watch.take($0, $1) } }
    return isReadable
  }

  /// The tokenizer is out of the watch meanwhile: neither is copied.
  private mutating func read(_ body: (inout JSONTokenizer, inout PointerWatch) throws -> Void) {
    var taken = JSONTokenizer()
    swap(&taken, &tokenizer)
    do { try body(&taken, &self) } catch { isReadable = false }
    swap(&taken, &tokenizer)
  }

  private mutating func take(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) {
    switch mark {
    case .beginObject: frames.append(Frame(isObject: true, matches: arrive()))
    case .beginArray: frames.append(Frame(isObject: false, matches: arrive()))
    case .key: frames[frames.count - 1].key = Array(bytes)
    case .endObject, .endArray: frames.removeLast()
    case .string, .number: keep(String(decoding: bytes, as: UTF8.self))
    case .isTrue, .isFalse: keep(mark == .isTrue ? "true" : "false")
    case .null: keep(nil)
    }
  }

  private mutating func keep(_ found: String?) {
    let isOnThePath = arrive()
    if isOnThePath, frames.count == steps.count { text = found }
  }

  /// A value comes: whether it is on the pointer's way.
  private mutating func arrive() -> Bool {
    guard !frames.isEmpty else { return true }
    frames[frames.count - 1].index += 1
    let parent = frames[frames.count - 1]
    guard parent.matches, frames.count <= steps.count else { return false }
    let step = steps[frames.count - 1]
    return parent.isObject ? parent.key == step : Array(String(parent.index).utf8) == step
  }
}
