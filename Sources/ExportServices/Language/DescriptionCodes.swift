// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What the codes of service descriptions stand for. A new one is an entry here.
public enum DescriptionCodes {
  public static let all = form + values + whole

  private static let form = [
    DiagnosticCode(
      "D001", "the form of a description is wrong",
      meaning: """
        A part of the description is of the wrong kind, lacks a member that it must have, or has a key that is not known \
        there. A list or a mapping is empty that would say nothing then.
        """,
      fix: "Write the key as suggested, add the member that is missing, or take the key out.",
      example: .init(
        .description, "state: {from: body:/state, failed: [bad]}",
        fixed: "state: {from: body:/state, done: [ok], failed: [bad]}")),
    DiagnosticCode(
      "D002", "a template that cannot be taken apart",
      meaning: """
        Templates are texts with holes: '${scope.name}', with filters behind '|'. There are no conditions and no loops. A \
        hole is not closed, names nothing, has a filter that is not in the list, or one that can never change the value: a \
        bound of a window can be written in another form only where the instant can be read out of what is sent. A hole \
        stands in the name of a member or in 'values' of a form, which are sent as they are. Or a path does not begin with \
        '/': a value there could make another host of the base.
        """,
      fix: """
        Write ${scope.name|filter}; the filters are urlpath, lower, upper, trim, int, not, choose:WHEN_TRUE,WHEN_FALSE, a \
        width such as 4, and of instants compact, iso, date, hour, compact-date, epoch-s and epoch-ms.
        """,
      example: .init(
        .description, "result: {kind: container, prefix: \"${task.made|compct}/\"}",
        fixed: "result: {kind: container, prefix: \"${task.made|compact}/\"}")),
    DiagnosticCode(
      "D003", "a name that nothing declares",
      meaning: """
        A hole of a template takes its value from a scope: param, app, secret, option, dataset, job, window, task; in the \
        steps of a submit also step, in lists of the catalogue found and word, in the pages of a result page. The scope is \
        unknown there, or nothing in the description declares the name \
        in it, so that the request would have a gap. A shared limit names parameters of apps, 'when' of a form an option of \
        its dataset, and 'needs' a flag among 'params'.
        """,
      fix:
        "Write the name as suggested, or declare it under 'params', 'app_params', 'options', 'values', 'facts', 'take' or 'words'.",
      example: .init(
        .description, "result: {kind: container, prefix: \"${task.maid}/\"}",
        fixed: "result: {kind: container, prefix: \"${task.made}/\"}")),
    DiagnosticCode(
      "D004", "a pick that picks nothing",
      meaning: """
        Values of a service's answers are picked from the body by JSON pointer ('body:/state') or by the names of elements \
        of XML ('xml:/Entry/Status'), from a header ('header:Retry-After') or are the status ('status:'). Inside an element \
        only a pointer is taken ('/id'). '*' is every element and stands only where a list is wanted; only 'remaining' takes \
        many headers at once ('header:Name*'). In a pointer '~' stands only in '~0', which is '~', and '~1', which is '/'.
        """,
      fix: "Write body:/pointer, xml:/Element/Path, header:Name or status:, and a lone /pointer inside elements.",
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
        Counts are whole numbers from 1 to 1000000, statuses of HTTP go from 100 to 599, 'growth' is a number from 1 to 100, \
        durations have a unit, such as 30s, and rates are a count for a unit of time, such as 10/s.
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
    DiagnosticCode(
      "D008", "steps of a submit that do not fit together",
      meaning: """
        Of several steps exactly one makes the task: the one with 'id', or the one that sends the name which we choose. \
        Those before it prepare it, and hand on what they 'take'. Those after it set it going: they may be sent again \
        whenever the task is looked at, so they may name no more than a look knows, and 'state' must say how a task looks \
        that is made and does not run yet.
        """,
      fix: "Give one step 'id', let later ones go by ${task.id}, and name that state under 'made'.",
      example: .init(
        .description,
        """
        submit: [{method: POST, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}, \
        {method: POST, path: "/${task.id}/start", expect: [200]}]
        """,
        fixed: """
          submit: [{method: POST, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}, \
          {method: POST, path: "/${task.id}/start", expect: [200]}]
          state: {from: body:/state, made: [new], done: [ok], failed: [bad]}
          """)),
    DiagnosticCode(
      "D009", "a value for a part of the request that is not there",
      meaning: """
        A list may go on by a value that the next request holds: in its query, in a body of JSON or in a form. The request \
        has no such body, so the value would go nowhere and the same page would come again. In the same way the form of a \
        dataset adds members to a body of JSON or to a form, and to no other text.
        """,
      fix: "Write query.NAME, or give the request the body that takes the value.",
      example: .init(
        .description, "list: {method: GET, each: body:/all, next: {pick: body:/token, into: json.token}, id: /id}",
        fixed: "list: {method: GET, each: body:/all, next: {pick: body:/token, into: query.token}, id: /id}")),
    DiagnosticCode(
      "D010", "a secret where it would be seen",
      meaning: """
        Addresses stand in logs of servers and proxies, and names of files and marks in lists. Secrets stand only in 'auth', \
        and in headers and bodies of requests, which are shown nowhere.
        """,
      fix: "Use 'auth' (kind: key-query where the service wants its key in the query), a header, or the body.",
      example: .init(
        .description,
        """
        secrets: {key: {about: the key, required: false}}
        poll: {method: GET, path: "/${task.id}", query: {key: "${secret.key}"}, every: 5s}
        """,
        fixed: """
          secrets: {key: {about: the key, required: false}}
          poll: {method: GET, path: "/${task.id}", headers: {X-Key: "${secret.key}"}, every: 5s}
          """)),
    DiagnosticCode(
      "D011", "a header that cannot be sent",
      meaning: """
        Names of headers are letters, digits and '-', each once in a request; those that the program sets, such as Host \
        and Content-Length, are not for a description. A value has no line break, which would begin another header.
        """,
      fix: "Write the name as the service's documentation does, and the value on one line.",
      example: .init(
        .description, "poll: {method: GET, path: \"/${task.id}\", headers: {X Key: a}, every: 5s}",
        fixed: "poll: {method: GET, path: \"/${task.id}\", headers: {X-Key: a}, every: 5s}")),
    DiagnosticCode(
      "D012", "tasks that a list cannot tell of",
      meaning: """
        With 'page' many tasks are looked at by one list. Where the state of a task is the status of an answer, or is told by \
        a header, an item of a list has none of its own.
        """,
      fix: "Take 'page' out, so that tasks are looked at one by one, or read the state from the body.",
      example: .init(
        .description,
        """
        state: {from: "status:", running: [202], done: [200]}
        list: {method: GET, each: body:/all, id: /id, page: 20}
        """,
        fixed: """
          state: {from: "status:", running: [202], done: [200]}
          list: {method: GET, each: body:/all, id: /id}
          """)),
  ]
}
