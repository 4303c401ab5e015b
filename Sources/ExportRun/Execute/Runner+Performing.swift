// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Runner {
  /// Begins what was decided; what comes of it goes into the mailbox.
  func perform(
    _ action: Scheduler.Action, _ scheduler: Scheduler, in group: inout ThrowingDiscardingTaskGroup<any Error>,
    _ mailbox: Mailbox<Scheduler.Event>
  ) {
    let world = world
    log.decided(action, scheduler)
    func ask(_ purpose: RequestPurpose, _ work: @escaping @Sendable () async -> Void) {
      group.addTask { await RequestPurpose.$present.withValue(purpose, operation: work) }
    }
    switch action {
    case .record, .finish, .notice: return
    case .submit(let index, let attempt):
      let job = scheduler.job(index)
      #if DEBUG
        if planted == .resubmitAfterTimeout {
          group.addTask { mailbox.send(await world.submit(job, attempt, index: index).asRefused) }
          return
        }
      #endif
      ask(RequestPurpose(.submit, of: job.key, attempt: attempt)) {
        mailbox.send(await world.submit(job, attempt, index: index))
      }
    case .find(let index, let attempt, let since):
      let job = scheduler.job(index)
      ask(RequestPurpose(.find, of: job.key, attempt: attempt)) {
        mailbox.send(.found(job: index, attempt: attempt, await world.find(job, attempt, since: since)))
      }
    case .poll(let index, let attempt, let task):
      let job = scheduler.job(index)
      ask(RequestPurpose(.poll, of: job.key, attempt: attempt)) {
        mailbox.send(.polled(job: index, attempt: attempt, await world.poll(job, task)))
      }
    case .list(let looks):
      let tasks = looks.map { (scheduler.job($0.job), $0.task) }
      ask(RequestPurpose(.poll)) { mailbox.send(.listed(looks, await world.poll(tasks))) }
    case .stop(let index, let attempt, let task):
      let job = scheduler.job(index)
      ask(RequestPurpose(.cancel, of: job.key, attempt: attempt)) {
        mailbox.send(.stopped(job: index, attempt: attempt, await world.stop(job, task)))
      }
    case .recall(let whole, let keys):
      group.addTask { [journal] in
        do {
          mailbox.send(.recalled(whole: whole, try await journal.wholeRecords(of: keys)))
        } catch {
          mailbox.send(.stop(.halted(Failure(.disk, "\(error)"))))
          mailbox.send(.recalled(whole: whole, nil))
        }
      }
    case .collect(let index, let attempt, let task, let status):
      let job = scheduler.job(index)
      ask(RequestPurpose(.verify, of: job.key, attempt: attempt)) {
        mailbox.send(await world.collect(job, attempt, task, status, index: index))
      }
    case .tidy(let index, let task):
      let job = scheduler.job(index)
      ask(RequestPurpose(nil, of: job.key)) { [log] in
        if let error = await world.tidy(job, task) { log.tidied(job.key, error) }
        mailbox.send(.tidied)
      }
    }
  }
}

#if DEBUG
  extension Scheduler.Action {
    var isSubmit: Bool { if case .submit = self { true } else { false } }
  }

  extension Scheduler.Event {
    /// As if a lost answer said that no task was made.
    var asRefused: Self {
      guard case .submitted(let job, let attempt, .failure(var error)) = self else { return self }
      error.isLost = false
      return .submitted(job: job, attempt: attempt, .failure(error))
    }
  }
#endif
