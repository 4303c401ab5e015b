// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Everything outside of the program: time, chance and what is under way. It goes on when a program dies.
///
/// All of a simulation is touched by one thread, which its executors see to; so nothing here is locked.
final class SimulatedWorld: @unchecked Sendable {
  /// The clock of the machine is wrong by no more milliseconds.
  static let mostSkew = 600_000

  private struct Due {
    let at: Int64
    let order: Int
    let happen: () -> Void
  }

  /// Milliseconds since the epoch, as they truly are.
  private(set) var now: Int64
  private let began: Int64
  /// By how much the clock of the machine is wrong.
  var skew: Int64 = 0
  var random: SeededGenerator
  var trace = SimulatedTrace()
  /// Nothing goes wrong any more.
  var isCalm = false
  /// How often each kind of thing happened.
  private(set) var counts: [String: Int] = [:]
  /// The promise that was broken; the simulation ends with it.
  private(set) var violation: String?
  private var due: [Due] = []
  private var orders = 0

  init(seed: UInt64, now: Instant) {
    random = SeededGenerator(seed: seed)
    self.now = now.milliseconds
    began = now.milliseconds
  }

  /// What the machine's clock says.
  var wall: Instant { Instant(milliseconds: now + skew) }
  var elapsed: Int64 { now - began }

  func tell(_ text: @autoclosure () -> String) { trace.add(elapsed, text()) }

  func count(_ what: String) { counts[what, default: 0] += 1 }

  func broken(_ promise: String) {
    guard violation == nil else { return }
    violation = promise
    tell("BROKEN: \(promise)")
  }

  // MARK: Chance

  /// True so many times in a thousand; never when the world is calm.
  func goesWrong(_ perMille: Int) -> Bool { !isCalm && isDrawn(perMille) }

  /// As `goesWrong`, and counted by its name.
  func goesWrong(_ perMille: Int, _ what: String) -> Bool {
    guard goesWrong(perMille) else { return false }
    count(what)
    return true
  }

  func isDrawn(_ perMille: Int) -> Bool { draw(0...999) < perMille }

  func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  // MARK: Time

  func after(_ milliseconds: Int, _ happen: @escaping () -> Void) {
    orders += 1
    due.append(Due(at: now + Int64(max(0, milliseconds)), order: orders, happen: happen))
  }

  /// Lets the next thing happen, when it is due by then; time moves on to it.
  /// - Returns: false when nothing is due by then.
  @discardableResult
  func happenNext(until limit: Int64 = .max) -> Bool {
    var next: Int?
    for index in due.indices {
      guard let best = next else {
        next = index
        continue
      }
      if (due[index].at, due[index].order) < (due[best].at, due[best].order) { next = index }
    }
    guard let next, due[next].at <= limit else { return false }
    let event = due.remove(at: next)
    now = max(now, event.at)
    event.happen()
    return true
  }

  /// Nothing of the program happens for so long; the world goes on.
  func pass(_ milliseconds: Int) {
    let end = now + Int64(milliseconds)
    while happenNext(until: end) {}
    now = max(now, end)
  }
}
