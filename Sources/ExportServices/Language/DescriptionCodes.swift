// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What the codes of service descriptions stand for. A new one is an entry here.
public enum DescriptionCodes {
  public static let all =
    [
      DiagnosticCode(
        "D001", "the form of a description is wrong",
        meaning: """
          A part of the description is of the wrong kind, lacks a member that it must have, or has a key that is not known \
          there. Keys of the full description language that this program does not know yet are told as such.
          """,
        fix: "Write the key as suggested, add the member that is missing, or take the key out.",
        example: .init(
          .description, "state: {from: body:/state, failed: [bad]}",
          fixed: "state: {from: body:/state, done: [ok], failed: [bad]}")),
      DiagnosticCode(
        "D002", "a template that cannot be taken apart",
        meaning: """
          Templates are texts with holes: '${scope.name}', with filters behind '|'. There are no conditions and no loops. A \
          hole is not closed, names nothing, or has a filter that is not in the list.
          """,
        fix: "Write ${scope.name|filter}; the filters are urlpath, lower and compact.",
        example: .init(
          .description, "result: {kind: container, prefix: \"${task.made|compct}/\"}",
          fixed: "result: {kind: container, prefix: \"${task.made|compact}/\"}")),
      DiagnosticCode(
        "D003", "a name that nothing declares",
        meaning: """
          A hole of a template takes its value from a scope: param, app, option, dataset, job, window, task; in lists of \
          the catalogue also found and word. The scope is unknown there, or nothing in the description declares the name \
          in it, so that the request would have a gap. A shared limit names parameters of apps.
          """,
        fix:
          "Write the name as suggested, or declare it under 'params', 'app_params', 'options', 'values', 'facts', 'take' or 'words'.",
        example: .init(
          .description, "result: {kind: container, prefix: \"${task.maid}/\"}",
          fixed: "result: {kind: container, prefix: \"${task.made}/\"}")),
      DiagnosticCode(
        "D004", "a pick that picks nothing",
        meaning: """
          Values of a service's answers are picked from the body by JSON pointer ('body:/state'), from a header \
          ('header:Retry-After') or are the status ('status:'). Inside an element only a pointer is taken ('/id'). Only \
          'remaining' takes many headers at once ('header:Name*').
          """,
        fix: "Write body:/pointer, header:Name or status:, and a lone /pointer inside elements.",
        example: .init(
          .description, "state: {from: /state, done: [ok], failed: [bad]}",
          fixed: "state: {from: body:/state, done: [ok], failed: [bad]}")),
      DiagnosticCode(
        "D005", "a word that is not in the list",
        meaning: """
          Kinds, classes, units and renderings are words of closed lists, and this is none of them; or one word of the \
          service's states is put into two classes.
          """,
        fix: "Take the word that is suggested, or one of those that are listed, and each state once.",
        example: .init(
          .description, "refusals: [{status: [429], means: bussy, wait: header:Retry-After}]",
          fixed: "refusals: [{status: [429], means: busy, wait: header:Retry-After}]")),
      DiagnosticCode(
        "D006", "not a number, duration or rate that can stand here",
        meaning: """
          Counts are whole numbers above 0, 'growth' is a number from 1 up, durations have a unit, such as 30s, and rates \
          are a count for a unit of time, such as 10/s.
          """,
        fix: "Write the number without quotes, and a duration or a rate with its unit.",
        example: .init(.description, "limits: {active: none}", fixed: "limits: {active: 2}")),
      DiagnosticCode(
        "D007", "a lost task that nothing tells from others",
        meaning: """
          When the answer to a submit is lost, the task is found again by what it was made with: a mark, a name or a token, \
          another one for every attempt. No request sends it here, it is the same for several attempts, or the class of \
          recovery has no use for it.
          """,
        fix: "Send ${job.mark}, ${job.name} or ${job.token} in 'submit', or choose the class that fits the service.",
        example: .init(
          .description, "recover: {class: token, life: 8h}", fixed: "recover: {class: marked, mark: /mark}")),
    ] + values

  /// What is said of parameters, windows and limits.
  private static let values = [
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
        one hour from the next. A count that a service begins anew at a time of day is a count of one day.
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
