// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Which lines a run says where nothing can be written over: one for every change of substance, and a heartbeat when
/// nothing was said for a while. Of more than 200 due jobs those that are verified are summed up, a line for each
/// hundredth of all. A value: what happened and the time in, lines out.
struct PlainProgress: Sendable {
  /// Nothing is said for longer.
  static let silence: Duration = .seconds(60)
  /// With more due jobs, good ones have no lines of their own.
  static let fewMost = 200

  private var limit = LineLimit()
  private var lastSaid: Instant?
  /// Done when it was said last how many are.
  private var doneSaid = 0

  init() {}

  /// What is said when the run begins.
  mutating func begin(_ header: RunHeader, due: Int, at now: Instant) -> [String] {
    lastSaid = now
    return due > 0 ? ["run \(header.id): \(due) of \(Count.words(header.dues.count, "job")) due"] : []
  }

  /// - Parameter model: which has taken the change already.
  mutating func lines(for change: ProgressChange, _ model: ProgressModel, at now: Instant) -> [String] {
    if [.verified, .listed].contains(change.kind), model.due > Self.fewMost {
      guard (model.done - doneSaid) * 100 >= model.due || model.done == model.due else { return [] }
      return said([Self.sum(model, at: now)], model, at: now)
    }
    switch limit.ask(change.kind) {
    case .say: return said([change.text], nil, at: now)
    case .sayLast: return said([change.text, LineLimit.remark(change.kind)], nil, at: now)
    case .count: return []
    }
  }

  /// What is said of no job, such as a notice.
  mutating func lines(for words: String, at now: Instant) -> [String] { said([words], nil, at: now) }

  /// A sign of life, when it is time.
  mutating func beat(_ model: ProgressModel, at now: Instant) -> [String] {
    guard let last = lastSaid, model.due > model.done, last.duration(to: now) >= Self.silence else { return [] }
    return said([Self.sum(model, at: now)], model, at: now)
  }

  private mutating func said(_ lines: [String], _ sum: ProgressModel?, at now: Instant) -> [String] {
    lastSaid = now
    if let sum { doneSaid = sum.done }
    return lines
  }

  /// `412 of 1000 jobs done: 409 verified, 3 failed, 8 at the service, 580 to come; about 12m left, until 14:05Z`.
  static func sum(_ model: ProgressModel, at now: Instant) -> String {
    let verified = model.count(.verified)
    let bad: [(Int, String)] = [
      (model.count(.failed), "failed"), (model.count(.abandoned), "abandoned"), (model.count(.skipped), "skipped"),
      (model.count(.cancelled), "cancelled"), (model.working(.submitting, .submitted, .running), "at the service"),
      (model.working(.succeeded, .verifying), "verifying"),
    ]
    let counts = ["\(verified) verified"] + bad.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let left = model.left(at: now).map { "; \($0.words(at: now))" } ?? ""
    return "\(model.done) of \(Count.words(model.due, "job")) done: \(counts.joined(separator: ", "))\(left)"
      + services(model, at: now)
  }

  /// Of services that are held back: why.
  private static func services(_ model: ProgressModel, at now: Instant) -> String {
    guard let outlook = model.outlook else { return "" }
    return outlook.gauges.compactMap { gauge in
      let notes = GaugeText.notes(gauge, in: outlook, at: now)
      return notes.isEmpty ? nil : "; \(gauge.service): \(notes.joined(separator: ", "))"
    }.joined()
  }
}
