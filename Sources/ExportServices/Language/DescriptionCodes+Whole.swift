// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension DescriptionCodes {
  /// What is said of parts that do not go together.
  static let whole: [DiagnosticCode] = [
    DiagnosticCode(
      "D013", "a value that some job would lack",
      meaning: """
        Every job has a value for what its requests cannot do without. In an address, in a body of text, in a name of files \
        and in what tells a task nothing can be left out, so a parameter there is 'required' or has a 'default', and every \
        dataset has the option or the window. Every form gives each '${dataset.NAME}' that a request names, and there is a \
        form for a job that gives none of the options which choose one.
        """,
      fix:
        "Make the parameter 'required' or give it a 'default', add the value to the form, or end with a form for the rest.",
      example: .init(
        .description,
        """
        params: {account: {type: text, required: true}, region: {type: text}}
        poll: {method: GET, path: "/${param.region}/${task.id}", every: 5s}
        """,
        fixed: """
          params: {account: {type: text, required: true}, region: {type: text, default: eu}}
          poll: {method: GET, path: "/${param.region}/${task.id}", every: 5s}
          """)),
    DiagnosticCode(
      "D014", "a row that is never reached",
      meaning: """
        Of 'refusals', of the 'rules' of a state and of the 'forms' of a dataset the first row that fits is taken. Those \
        before this one take everything that it would, so it says something that never happens.
        """,
      fix: "Put the row before the wider one, narrow that one down, or take the row out.",
      example: .init(
        .description, "refusals: [{status: [401, 429], means: busy}, {status: [401], means: login}]",
        fixed: "refusals: [{status: [401], means: login}, {status: [401, 429], means: busy}]")),
    DiagnosticCode(
      "D015", "a name that two datasets have",
      meaning: """
        What a manifest calls a dataset leads to one of them: its own name or one of its 'aliases'. This alias is the name or \
        an alias of another dataset, so it would never lead here.
        """,
      fix: "Choose another alias, or leave it to the dataset that has it.",
      example: .init(
        .description,
        """
        datasets:
          rows: {kind: historical, window: {unit: day, render: date, end: open}, forms: [{}]}
          tags: {kind: snapshot, aliases: [rows], forms: [{}]}
        """,
        fixed: """
          datasets:
            rows: {kind: historical, window: {unit: day, render: date, end: open}, forms: [{}]}
            tags: {kind: snapshot, aliases: [tag], forms: [{}]}
          """)),
  ]
}
