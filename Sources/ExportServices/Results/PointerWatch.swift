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
    var tokenizer = tokenizer
    do { try tokenizer.consume(chunk) { take($0) } } catch { isReadable = false }
    self.tokenizer = tokenizer
  }

  /// Nothing comes any more.
  /// - Returns: whether all that came is whole JSON.
  mutating func end() -> Bool {
    guard isReadable else { return false }
    var tokenizer = tokenizer
    do { try tokenizer.finish { take($0) } } catch { isReadable = false }
    self.tokenizer = tokenizer
    return isReadable
  }

  private mutating func take(_ token: JSONToken) {
    switch token {
    case .beginObject: frames.append(Frame(isObject: true, matches: arrive()))
    case .beginArray: frames.append(Frame(isObject: false, matches: arrive()))
    case .key(let name): frames[frames.count - 1].key = name
    case .endObject, .endArray: frames.removeLast()
    case .string(let bytes), .number(let bytes): keep(String(decoding: bytes, as: UTF8.self))
    case .bool(let flag): keep(flag ? "true" : "false")
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
