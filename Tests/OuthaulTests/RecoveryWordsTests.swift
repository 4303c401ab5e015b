// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportServices
import Testing

/// What people are told of a lost task is what a run does with it (see the guide Promises).
@Suite struct RecoveryWordsTests {
  @Test(arguments: [
    (
      #"{class: named, id: "${job.mark}"}"#,
      "We choose the task's name. After a crash the same request is sent again: there is one task of a name."
    ),
    (
      "{class: token, life: 8h}",
      "Every request holds a token. After a crash the same request is sent again within 8h: the service makes one task of both."
    ),
    (
      "{class: marked, mark: /mark}",
      "Every task carries a mark of ours. After a crash it is looked up in the service's list and taken over."
    ),
    (
      "{class: single}",
      "There is one task at most. After a crash the service is asked for it, and what is ours is taken over."
    ),
    (
      #"{class: lookalike, same: {/from: "${window.start}"}}"#,
      "Tasks carry nothing of ours. After a crash one with the same parameters is taken over if no other could be it; otherwise the job waits for 'outhaul run --adopt JOB=TASK|none'."
    ),
    (
      "{class: blind}",
      "A lost task cannot be looked for. After '--settle' another attempt follows, which may make a second task, unless 'outhaul run --adopt JOB=TASK|none' says what became of the first."
    ),
  ])
  func `a class of recovery is told as it is`(recover: String, words: String) throws {
    var text = StoppableService.description.replacing("{class: marked, mark: /mark}", with: recover)
    if recover.contains("named") { text = text.replacing("id: body:/id, json", with: "json") }
    if recover.contains("token") { text = text.replacing("${job.mark}", with: "${job.token}") }
    let (description, problems) = ServiceDescription.load(SourceFile(name: "small.yaml", text: text))

    #expect(description?.traits.recoveryWords == words, "\(problems.text())")
  }
}
