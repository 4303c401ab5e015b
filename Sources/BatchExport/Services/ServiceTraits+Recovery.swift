// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ServiceTraits {
  /// What happens to a task whose answer was lost, such as after a crash: one or two sentences for people.
  public var recoveryWords: String {
    switch recovery {
    case .named:
      "We choose the task's name. After a crash the same request is sent again: there is one task of a name."
    case .token:
      "Every request holds a token. After a crash the same request is sent again within "
        + "\(tokenLife.map(DurationText.format) ?? "the token's life"): the service makes one task of both."
    case .marked:
      "Every task carries a mark of ours. After a crash it is looked up in the service's list and taken over."
    case .single:
      "There is one task at most. After a crash the service is asked for it, and what is ours is taken over."
    case .lookalike:
      "Tasks carry nothing of ours. After a crash one with the same parameters is taken over if no other could be it; "
        + "otherwise the job waits for 'outhaul run --adopt JOB=TASK|none'."
    case .blind:
      "A lost task cannot be looked for. After '--settle' another attempt follows, which may make a second task, unless "
        + "'outhaul run --adopt JOB=TASK|none' says what became of the first."
    }
  }
}
