// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What the codes of service descriptions stand for. A new one is an entry here.
public enum DescriptionCodes {
  public static let all = [
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
        the catalogue also found and word, in the pages of a result page. The scope is unknown there, or nothing in the description declares the name \
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
        recovery has no use for it. The same holds for 'names' of a result: one that is the same for several attempts would \
        be written over.
        """,
      fix: "Send ${job.mark}, ${job.name} or ${job.token} in 'submit', or choose the class that fits the service.",
      example: .init(
        .description, "recover: {class: token, life: 8h}", fixed: "recover: {class: marked, mark: /mark}")),
    DiagnosticCode(
      "D030", "tokens are asked for over plain http",
      meaning: """
        A request for a token carries a secret. 'token_url' is https, or on this machine, or a path behind the base; an \
        address that begins with a parameter is held against that when the parameter is known.
        """,
      fix: "Write https://HOST/PATH, or /PATH for the service's own host.",
      example: .init(
        .description, "auth: {kind: oauth2-client, token_url: \"http://login.example/token\", id: a, secret: b}",
        fixed: "auth: {kind: oauth2-client, token_url: \"https://login.example/token\", id: a, secret: b}")),
    DiagnosticCode(
      "D031", "a signature that ends too soon",
      meaning: """
        'life' says how long a token or a signature that is made here is good. Less than a minute is over before a slow \
        request arrives, or at once where the service's clock is ahead.
        """,
      fix: "Write 1m or more, or leave it out.",
      example: .init(
        .description, "auth: {kind: azure-sas-token, key: a, resource: b, policy: c, life: 5s}",
        fixed: "auth: {kind: azure-sas-token, key: a, resource: b, policy: c, life: 1h}")),
  ]
}
