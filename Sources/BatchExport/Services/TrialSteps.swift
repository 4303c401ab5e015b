// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import ExportServices

/// The steps of a trial, one after the other.
struct TrialSteps: Sendable {
  let subject: TrialSubject
  let service: any ExportService
  let traits: ServiceTraits
  let store: any ArtifactStore
  let facts: ServiceFacts
  let last: LastAnswer
  let redaction: Redaction
  let isStopped: @Sendable () -> Bool
  let clock: any Clock<Duration>
  let observe: @Sendable (TrialEvent) -> Void

  func run() async -> TrialVerdict {
    let began = WallClock().now
    let receipt: TaskReceipt
    do {
      let delivery = traits.delivery == .fetched ? Secret("") : try await store.address(for: subject.delivery)
      redaction.learn(delivery)
      if isStopped() { return .stopped(task: nil) }
      receipt = try await submit(delivery, began)
    } catch let verdict as Ending {
      return verdict.verdict
    } catch {
      return Self.verdict(of: error, task: nil)
    }
    observe(.picked(what: "id", at: idPick(receipt.id), value: receipt.id))
    return await watch(receipt)
  }

  /// An end that is reached inside a step.
  private struct Ending: Error { let verdict: TrialVerdict }

  private func submit(_ delivery: Secret, _ began: Instant) async throws -> TaskReceipt {
    do {
      return try await service.submit(subject.order(delivery: delivery))
    } catch let error as ServiceError where error.isLost {
      observe(.setback("the answer to the submit is lost, and a task may have been made: \(error.message)"))
      guard ![.token, .blind].contains(traits.recovery) else { throw Ending(verdict: .lost(error.message)) }
      let found = try await service.find(subject.lookup(since: began))
      guard found.count == 1 else {
        throw Ending(verdict: .lost("\(found.count) tasks may be the one: \(found.map(\.id).joined(separator: ", "))"))
      }
      observe(.adopted(task: found[0].id))
      return TaskReceipt(id: found[0].id)
    }
  }

  /// Follows the task to its end.
  private func watch(_ receipt: TaskReceipt) async -> TrialVerdict {
    let (policy, task) = (PollPolicy(traits.polling), receipt.id)
    var random = SystemRandomNumberGenerator()
    var (number, failures, wish) = (1, 0, receipt.retryAfter)
    var isHeld = false
    while true {
      let pause =
        isHeld ? policy.holdPause(using: &random) : policy.pause(before: number, retryAfter: wish, using: &random)
      observe(.pausing(pause, becauseAsked: !isHeld && wish != nil))
      guard await waits(pause) else { return .stopped(task: task) }
      do {
        let status = try await service.poll(subject.reference(task))
        tell(status)
        switch status.phase {
        case .succeeded: return await collect(task, status)
        case .failed(let reason, _): return .failed(task: task, "the service says: \(reason)")
        case .cancelled: return .failed(task: task, "the task was stopped at the service")
        case .queued, .running: isHeld = false
        case .unknown: isHeld = true
        }
        (failures, wish, number) = (0, status.retryAfter, number + 1)
      } catch let error as ServiceError where error.kind == .again || error.kind == .busy {
        failures += 1
        observe(.setback("the look failed: \(error.message)"))
        guard failures < Trial.looks else { return Self.verdict(of: error, task: task) }
        (wish, number) = (error.retryAfter, number + 1)
      } catch {
        return Self.verdict(of: error, task: task)
      }
    }
  }

  private func collect(_ task: String, _ status: TaskStatus) async -> TrialVerdict {
    do {
      let (reference, expectation) = (subject.reference(task), subject.expectation(traits))
      let finished = service.finished(reference, status: status)
      let verification =
        traits.delivery == .fetched
        ? try await store.collect(
          subject.delivery, of: finished, from: service.source(of: reference, status: status), expecting: expectation)
        : try await store.collect(subject.delivery, of: finished, expecting: expectation)
      if traits.tidies {
        do {
          try await service.tidy(reference)
          observe(.tidied)
        } catch { observe(.setback("the task was not taken away: \(Self.message(error))")) }
      }
      return .good(task: task, verification)
    } catch {
      return Self.verdict(of: error, task: task)
    }
  }

  // MARK: Telling

  /// The pick that gave an id; `nil` when we chose it.
  private func idPick(_ id: String) -> String? {
    facts.id.first { last.value(at: $0) == id } ?? facts.id.first
  }

  private func tell(_ status: TaskStatus) {
    if let pick = facts.state, let word = last.value(at: pick, below: facts.task) {
      observe(.picked(what: "state", at: pick, value: redaction.hidden(word)))
    }
    if let progress = status.progress {
      observe(.picked(what: "progress", at: facts.progress, value: redaction.hidden(progress)))
    }
    observe(.state(status.phase))
  }

  /// - Returns: false when somebody wants to stop.
  private func waits(_ pause: Duration) async -> Bool {
    var rest = pause
    while rest > .zero {
      guard !isStopped(), !Task.isCancelled else { return false }
      let step = min(rest, Trial.step)
      try? await clock.sleep(for: step)
      rest -= step
    }
    return !isStopped()
  }

  private static func message(_ error: any Error) -> String { (error as? ServiceError)?.message ?? "\(error)" }

  private static func verdict(of error: any Error, task: String?) -> TrialVerdict {
    switch error {
    case let error as ServiceError where error.kind == .login: .refused(task: task, error.message)
    case let error as ServiceError where error.isUnreachable: .unreachable(error.message)
    case let error as ServiceError: .failed(task: task, error.message)
    case StoreError.refused(let message): .refused(task: task, message)
    case StoreError.again(let message, _): .failed(task: task, message)
    case StoreError.disk(let message), StoreError.artifact(let message), StoreError.never(let message):
      .failed(task: task, message)
    default: .failed(task: task, "broken off: \(type(of: error))")
    }
  }
}
