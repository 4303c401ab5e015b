// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A task as an answer shows it.
struct SeenTask: Sendable {
  var status: TaskStatus
  /// The steps that set it going are still to be sent.
  var isMade = false
}

extension DescribedService {
  /// Characters of a task's progress that are kept.
  static let progressLength = 100

  /// What an answer says of the one task it is about.
  /// - Throws: when it shows none.
  func seen(in answer: Answer, requestID: String) throws -> SeenTask {
    let item = description.pollTask.map { $0.element(in: answer) } ?? answer.whole
    guard let item, item.json != .null else {
      // A status or a header may tell without a body.
      let reading = description.state.reading(of: answer)
      if description.pollTask == nil, case .told = reading { return seen(reading, answer, in: answer, requestID) }
      throw unreadable("the answer to the poll shows no task: it came \(answer.words)", answer, requestID)
    }
    let part = Answer(item, head: answer.head)
    let reading = description.state.reading(of: part)
    if reading == .unknown("none"), answer.errorWords != nil {
      throw unreadable("the answer to the poll shows an error and no state", answer, requestID)
    }
    return seen(reading, part, in: answer, requestID)
  }

  /// What a list says of one of its items.
  func seen(_ item: AnswerItem, in answer: Answer, requestID: String) -> SeenTask {
    let part = Answer(item, head: answer.head)
    return seen(description.state.reading(of: part, isItem: true), part, in: answer, requestID)
  }

  private func seen(
    _ reading: StateRule.Reading, _ part: Answer, in answer: Answer, _ requestID: String
  ) -> SeenTask {
    var status = TaskStatus(
      redacted(description.state.phase(reading, of: part), hiding: answer.hidden), retryAfter: wish(answer),
      facts: description.facts.compactMapValues { $0.text(in: part) }, requestID: requestID,
      remaining: description.remaining?.count(in: answer))
    status.isEmpty = reading == .told(.empty)
    status.progress = progress(in: part, hiding: answer.hidden)
    return SeenTask(status: status, isMade: reading == .told(.made))
  }

  /// Services repeat what they were given when they say why they failed: what proved who asks as well.
  private func redacted(_ phase: TaskStatus.Phase, hiding hidden: [Secret]) -> TaskStatus.Phase {
    lazy var redaction = Redaction(hidden + secrets.values)
    return switch phase {
    case .failed(let reason, let isTooLarge): .failed(reason: redaction(reason), isTooLarge: isTooLarge)
    case .unknown(let word): .unknown(String(redaction(word).prefix(StateRule.wordLength)))
    default: phase
    }
  }

  /// How far a task is, as the service says it: a number or a text, and no more of it than fits on a line.
  private func progress(in part: Answer, hiding hidden: [Secret]) -> String? {
    guard let value = description.state.progress?.value(in: part), value.array == nil, value.object == nil,
      value != .null
    else { return nil }
    let text = Redaction(secrets.values + hidden)((value.string ?? value.canonicalText).trimmed)
    return text.isEmpty ? nil : String(text.prefix(Self.progressLength))
  }

  /// What the service wishes for the next look.
  func wish(_ answer: Answer) -> Duration? { description.obey?.wait(in: answer, now: now()) }
}
