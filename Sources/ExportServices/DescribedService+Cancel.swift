// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension DescribedService {
  public func cancel(_ task: TaskReference) async throws -> TaskStatus {
    guard let rule = description.cancel else { throw ServiceError(.never, "the service cannot stop a task") }
    let refused: ServiceError?
    do {
      let request = try fill(rule.call, scope(of: task))
      let (answer, requestID) = try await call(request, .cancel, alsoGood: rule.statuses)
      guard rule.statuses.contains(answer.head.status) else {
        throw unreadable("the answer to the stop has the status \(answer.head.status)", answer, requestID)
      }
      // An answer's status tells of the stop, not of the task.
      if description.state.isOfBody, let seen = try? seen(in: answer, requestID: requestID), !seen.status.isUnknown {
        return seen.status
      }
      refused = nil
    } catch let error as ServiceError where error.isAbsence || error.kind == .never {
      // A task at its end cannot be stopped, and services say so with all kinds of refusals.
      refused = error
    }
    do {
      // A task that is made and does not run yet is not set going now.
      let status = try await look(at: task).status
      if let refused, !status.isFinal, !refused.isAbsence { throw refused }
      return status
    } catch let error as ServiceError where error.isAbsence {
      // It is not there any more: it will not do anything.
      return TaskStatus(.cancelled, requestID: error.requestID)
    }
  }
}

extension TaskStatus {
  fileprivate var isUnknown: Bool { if case .unknown = phase { true } else { false } }
}
