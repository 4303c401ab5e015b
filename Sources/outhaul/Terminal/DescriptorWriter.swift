// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation

/// Writes to a descriptor until all is written or it cannot be: a signal that comes between and a reader that is late are
/// waited for.
enum DescriptorWriter {
  enum Ending: Equatable {
    case written
    /// Whoever read it has gone away.
    case gone
    /// So many bytes were not taken in time.
    case late(rest: Int)
    /// With the number that the system has for the reason.
    case failed(Int32)
  }

  /// A pipe or a terminal that says it takes something takes so much at once.
  private static let piece = 512

  /// - Parameter limit: how long nothing may be taken; `nil`: for ever.
  static func write(_ bytes: [UInt8], to descriptor: Int32, within limit: Duration? = nil) -> Ending {
    var rest = bytes[...]
    while !rest.isEmpty {
      if let limit, !isReady(descriptor, within: limit) { return .late(rest: rest.count) }
      let most = limit == nil ? rest.count : min(rest.count, piece)
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, most) }
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        if !isReady(descriptor, within: limit) { return .late(rest: rest.count) }
      case EPIPE: return .gone
      case let reason: return .failed(reason)
      }
    }
    return .written
  }

  /// Whether it takes something now, or does before the time is up.
  private static func isReady(_ descriptor: Int32, within limit: Duration?) -> Bool {
    let end = limit.map { ContinuousClock.now + $0 }
    while true {
      var asked = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let left = end.map { max(0, Int32(clamping: ContinuousClock.now.duration(to: $0).milliseconds)) }
      let found = poll(&asked, 1, left ?? -1)
      // What is wrong with it, writing tells.
      if found > 0 || (found < 0 && errno != EINTR) { return true }
      if found == 0 { return false }
    }
  }
}
