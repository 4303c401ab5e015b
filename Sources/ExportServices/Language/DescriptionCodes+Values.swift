// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension DescriptionCodes {
  /// What is said of parameters, windows and limits.
  static let values: [DiagnosticCode] = [
    DiagnosticCode(
      "D020", "a pattern that is no regular expression",
      meaning: """
        'pattern' of a parameter is a regular expression that the whole of a value must match, so that a wrong value is \
        told before anything is sent. This one cannot be compiled, or is longer than 500 characters.
        """,
      fix: "Write a regular expression, such as '[a-z0-9-]{3,50}'; it needs no anchors.",
      example: .init(
        .description, "params: {account: {type: text, required: true, pattern: \"[a-z\"}}",
        fixed: "params: {account: {type: text, required: true, pattern: \"[a-z0-9-]+\"}}")),
    DiagnosticCode(
      "D021", "a default that could not be given",
      meaning: """
        'default' of a parameter holds when a manifest does not give it. It must be what a manifest could give: of the \
        parameter's type, one of its words, and as its pattern says.
        """,
      fix: "Write a default of the parameter's own kind, or make the parameter 'required'.",
      example: .init(
        .description, "params: {account: {type: text, required: true}, page: {type: int, default: many}}",
        fixed: "params: {account: {type: text, required: true}, page: {type: int, default: 100}}")),
    DiagnosticCode(
      "D022", "a window or a limit that contradicts itself",
      meaning: """
        Windows are whole numbers of their unit, so their edges must be written at least as finely: a date does not tell \
        one hour from the next. 'max' is at least one unit. A count that a service begins anew at a time of day is a count \
        of one day.
        """,
      fix: "Choose a finer rendering or a longer unit; take out 'every' beside 'resets'.",
      example: .init(
        .description, "limits: {active: 2, starts: [{max: 24, every: 1h, resets: \"00:00 America/Chicago\"}]}",
        fixed: "limits: {active: 2, starts: [{max: 24, resets: \"00:00 America/Chicago\"}]}")),
    DiagnosticCode(
      "D023", "a time zone that nobody knows",
      meaning: """
        The zone of a window says whose hours and days the service means, and that of 'resets' whose midnight. The name is \
        none of the IANA time zone database.
        """,
      fix: "Write a name such as America/Chicago; UTC is the default of a window.",
      example: .init(
        .description, "limits: {active: 2, starts: [{max: 24, resets: \"00:00 America/Chikago\"}]}",
        fixed: "limits: {active: 2, starts: [{max: 24, resets: \"00:00 America/Chicago\"}]}")),
  ]
}
