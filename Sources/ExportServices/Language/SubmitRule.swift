// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// `submit:` The requests that make a task and set it going.
package struct SubmitRule: Sendable {
  package struct Step: Sendable {
    package var call: RequestTemplate
    /// Statuses of a good answer.
    package var statuses: Set<Int>
    /// `${step.NAME}` in the steps that follow.
    package var take: [String: Pick] = [:]
  }

  /// Sent before the task is made, each time anew.
  package var preparing: [Step] = []
  /// The one that makes the task.
  package var making: Step
  /// Sent once the task is there, and again for as long as it is shown as made.
  package var finishing: [Step] = []
  /// Where the answer to `making` has the task's id; `nil`: we chose it.
  package var id: IDRule?
}

/// Where an answer has a task's id.
package struct IDRule: Sendable {
  package struct Source: Sendable {
    package var pick: Pick
    /// Of an address: only the last step of its path.
    package var isLastStep: Bool
  }

  /// The first that gives a text is taken.
  package var sources: [Source]

  func id(in answer: Answer) -> String? {
    for source in sources {
      guard let text = source.pick.text(in: answer), !text.isEmpty else { continue }
      guard source.isLastStep else { return text }
      if let step = Self.lastStep(of: text) { return step }
    }
    return nil
  }

  private static func lastStep(of address: String) -> String? {
    let path = address.prefix { $0 != "?" && $0 != "#" }
    return path.split(separator: "/").last.flatMap { PercentEncoding.decode($0) }
  }
}

/// A request about a task, and the statuses of its good answers: `cancel:` and `tidy:`.
package struct TaskCallRule: Sendable {
  package var call: RequestTemplate
  package var statuses: Set<Int>
}
