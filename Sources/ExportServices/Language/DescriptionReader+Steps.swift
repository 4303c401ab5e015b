// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Which step makes the task, and what those around it may do.
extension DescriptionReader {
  /// The step that makes the task, with those before and after it.
  /// - Parameter recovery: `nil`: it could not be read.
  mutating func submitRule(
    _ steps: [ReadStep], _ recovery: RecoveryRule?, _ datasets: [String: DatasetRule], at place: SourcePlace
  ) -> SubmitRule? {
    guard !steps.isEmpty, let recovery else { return nil }
    let index = if case .named(let id) = recovery { sending(id, steps, place) } else { making(steps, place) }
    guard let index else { return nil }
    checkTakes(steps)
    checkForms(steps[index], datasets)
    for step in steps[...index] { checkBefore(step) }
    for step in steps[(index + 1)...] { checkAfter(step, datasets) }
    return SubmitRule(
      preparing: steps[..<index].map(\.step), making: steps[index].step, finishing: steps[(index + 1)...].map(\.step),
      id: steps[index].id)
  }

  /// The one step that has the task's id.
  private mutating func making(_ steps: [ReadStep], _ place: SourcePlace) -> Int? {
    let found = steps.indices.filter { steps[$0].id != nil }
    if found.isEmpty {
      // One that is wrong is told as that alone.
      if !steps.contains(where: \.hasBrokenID) { add("D001", "'submit' needs 'id'", at: place) }
    } else if found.count > 1 {
      add(
        "D008", "a second step has 'id'", at: steps[found[1]].place,
        help: "only the step that makes the task has its id; others 'take' what is needed")
    }
    return found.first
  }

  /// The one step that sends the name which we chose.
  private mutating func sending(_ id: Template, _ steps: [ReadStep], _ place: SourcePlace) -> Int? {
    for step in steps where step.id != nil {
      add("D001", "'submit' takes no 'id' where 'recover' names the task", at: step.place)
    }
    guard steps.count > 1 else { return 0 }
    let names = Set(id.names.filter { $0.scope == "job" }.map(\.name))
    let found = steps.indices.filter { steps[$0].jobNames.isSuperset(of: names) }
    if found.count != 1 {
      add(
        "D008", "\(found.isEmpty ? "no step sends" : "several steps send") the task's name",
        at: found.count > 1 ? steps[found[1]].place : place,
        help: "one step sends it and makes the task; those after it go by ${task.id}")
    }
    return found.first
  }

  /// What is taken and never put in is a mistake in one of the two.
  private mutating func checkTakes(_ steps: [ReadStep]) {
    for (index, step) in steps.enumerated() {
      let later = Set(steps[(index + 1)...].flatMap(\.step.call.names).filter { $0.scope == "step" }.map(\.name))
      for name in step.step.take.keys.sorted() where !later.contains(name) {
        add(
          "D008", "no later step names 'step.\(name)'", at: step.place,
          help: "put ${step.\(name)} into one, or take it out of 'take'")
      }
    }
  }

  /// What forms add goes into a body of JSON or into a form.
  private mutating func checkForms(_ step: ReadStep, _ datasets: [String: DatasetRule]) {
    switch step.step.call.body {
    case .xml?, .text?: break
    case .json?, .form?, nil: return
    }
    for (name, dataset) in datasets.sorted(by: { $0.key < $1.key })
    where dataset.forms.contains(where: { $0.json != nil }) {
      add(
        "D009", "a form of '\(name)' adds members to a body that takes none", at: step.place,
        help: "put ${dataset.NAME} into the text, with a value for each form")
    }
  }

  private mutating func checkBefore(_ step: ReadStep) {
    guard step.step.call.names.contains(where: { $0.scope == "task" }) else { return }
    add(
      "D008", "a step names the task before there is one", at: step.place,
      help: "'task' is known to the steps after the one with 'id'")
  }

  /// They are sent again whenever the task is looked at, when no more is known of it than a look needs.
  private mutating func checkAfter(_ step: ReadStep, _ datasets: [String: DatasetRule]) {
    for name in Set(step.step.call.names).sorted(by: { ($0.scope, $0.name) < ($1.scope, $1.name) }) {
      switch name.scope {
      case "param", "app", "secret": continue
      case "task" where name.name == "id": continue
      case "dataset":
        guard let (dataset, _) = datasets.sorted(by: { $0.key < $1.key }).first(where: { $0.value.isTorn(name.name) })
        else { continue }
        add(
          "D008", "a step after the task is made names 'dataset.\(name.name)', of which '\(dataset)' has several",
          at: step.place, help: "give every form of '\(dataset)' the same value")
      default:
        add(
          "D008", "a step after the task is made names '\(name.scope).\(name.name)'", at: step.place,
          help: "it may name param, app, dataset, secret and task.id: it may be sent again in a later run")
      }
    }
  }

  /// Steps after the task is made, and a state that tells of it, come together.
  mutating func checkMade(_ submit: SubmitRule, _ state: StateRule, at place: SourcePlace) {
    let hasMade = state.words.values.contains(.made) || state.rules.contains { $0.is == .made }
    switch (submit.finishing.isEmpty, hasMade) {
    case (false, false):
      add(
        "D008", "'state' needs 'made' for the steps after the task is made", at: place,
        help: "name the state of a task that is made and not started: made: [Created]")
    case (true, true):
      add("D008", "'made' has no steps that set the task going", at: place, help: "write it under 'queued'")
    default: break
    }
  }
}

extension DatasetRule {
  /// Its forms have different values for a name.
  fileprivate func isTorn(_ name: String) -> Bool { Set(forms.map { $0.values[name] }).count > 1 }
}
