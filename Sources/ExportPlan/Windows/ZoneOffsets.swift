// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A change of a zone's clock.
struct ZoneTransition: Sendable, Equatable {
  /// The first second of the new offset, since the epoch.
  var second: Int64
  /// Seconds that local time is ahead of UTC before and from then on.
  var before: Int64
  var after: Int64
}

/// What a zone's clock showed and will show: looked up in the zone data a stretch at a time, and kept.
final class ZoneOffsets: Sendable {
  /// 512 days: long enough to be few, short enough to be looked up in a millisecond.
  private static let stretch: Int64 = 512 * 86_400
  /// Clocks that are moved twice within this time and end as before are not seen; there has been no such zone.
  private static let stride: Int64 = 86_400

  private struct Stretch {
    var offset: Int64
    var transitions: [ZoneTransition] = []
  }

  /// Every name that the zone data lists.
  static let names = Set(TimeZone.knownTimeZoneIdentifiers)

  private static let known = Mutex<[String: ZoneOffsets]>([:])

  private let zone: TimeZone
  private let stretches = Mutex<[Int64: Stretch]>([:])

  private init(_ zone: TimeZone) { self.zone = zone }

  /// The same object for the same name; `nil` for a name that is not in the zone data.
  static func of(_ name: String) -> ZoneOffsets? {
    if let offsets = known.withLock({ $0[name] }) { return offsets }
    guard let zone = TimeZone(identifier: name) else { return nil }
    let offsets = ZoneOffsets(zone)
    known.withLock { $0[name] = offsets }
    return offsets
  }

  /// Seconds that local time is ahead of UTC.
  func offset(at second: Int64) -> Int64 {
    withStretch(Self.index(of: second)) { stretch in
      var offset = stretch.offset
      for transition in stretch.transitions where transition.second <= second { offset = transition.after }
      return offset
    }
  }

  /// Changes of the clock at or after `lower` and before `upper`, oldest first.
  func transitions(from lower: Int64, to upper: Int64) -> [ZoneTransition] {
    guard lower < upper else { return [] }
    var found: [ZoneTransition] = []
    for index in Self.index(of: lower)...Self.index(of: upper - 1) {
      withStretch(index) { stretch in
        found += stretch.transitions.filter { lower <= $0.second && $0.second < upper }
      }
    }
    return found
  }

  private static func index(of second: Int64) -> Int64 {
    second >= 0 ? second / stretch : (second - stretch + 1) / stretch
  }

  private func withStretch<Result>(_ index: Int64, _ body: (Stretch) -> Result) -> Result {
    stretches.withLock { known in
      let stretch = known[index] ?? lookUp(index)
      known[index] = stretch
      return body(stretch)
    }
  }

  private func lookUp(_ index: Int64) -> Stretch {
    // A transition on the first second belongs to this stretch.
    var second = index * Self.stretch - 1
    var stretch = Stretch(offset: found(at: second))
    var offset = stretch.offset
    let last = (index + 1) * Self.stretch - 1
    while second < last {
      let next = min(second + Self.stride, last)
      let nextOffset = found(at: next)
      if nextOffset != offset {
        stretch.transitions.append(
          ZoneTransition(second: change(after: second, from: offset, to: next), before: offset, after: nextOffset))
      }
      (second, offset) = (next, nextOffset)
    }
    return stretch
  }

  /// The first second that no longer has the offset.
  private func change(after lower: Int64, from offset: Int64, to upper: Int64) -> Int64 {
    var (low, high) = (lower, upper)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if found(at: middle) == offset { low = middle } else { high = middle }
    }
    return high
  }

  private func found(at second: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
  }
}
