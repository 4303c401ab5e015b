// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import ExportTesting
import Testing

/// Descriptions that have what no description of the project has, each for the conformance suite and valid.
enum ConformanceSamples {
  /// Our own names, links, XML, states by rules, and a list that is read for many tasks only.
  static let ledgers = #"""
    service: ledgers
    revision: 1
    base: https://ledgers.example
    app_params: {book: {type: text, required: true}}
    secrets: {user: {about: a user}, password: {about: a password}}
    auth: {kind: basic, user: "${secret.user}", password: "${secret.password}"}
    formats: {csv: CSV}
    limits: {active: 4}
    datasets:
      entry:
        kind: historical
        window: {unit: day, render: date, end: included}
        forms: [{values: {kind: entries}}]
      account:
        kind: snapshot
        forms: [{values: {kind: accounts}}]
    submit:
      method: POST
      path: /exports
      xml: "<export><name>${job.name}</name><book>${app.book}</book><kind>${dataset.kind}</kind></export>"
      expect: [201]
    poll: {method: GET, path: "/exports/${task.id|urlpath}", every: 5s}
    state:
      rules:
        - {when: {xml:/export/progress/step: "0"}, is: queued}
        - {when: {xml:/export/progress/step: ["1", "2"]}, is: running}
        - {when: {xml:/export/progress/step: "3", xml:/export/progress/rows: "0"}, is: empty}
        - {when: {xml:/export/progress/step: "3"}, is: done}
        - {when: {xml:/export/error: present}, is: failed}
        - {when: {xml:/export/progress/stopped: present}, is: cancelled}
      reason: xml:/export/why
    refusals:
      - {when: {status: [409], xml:/error/code: Taken}, on: [submit], means: exists}
      - {when: {xml:/error/code: Slow*}, means: busy, wait: header:Retry-After}
      - {status: [401], means: login}
      - {status: [404], on: [poll, cancel, fetch], means: gone}
      - {status: [400, 403, 404, 409], means: never}
      - {status: [500, 502, 503], means: again, wait: xml:/error/wait}
    list:
      method: GET
      path: /exports
      query: {book: "${app.book}"}
      each: xml:/exports/export
      next: xml:/exports/next
      id: /name
      created: /made
      page: 3
    recover: {class: named, id: "${job.name}"}
    cancel: {method: DELETE, path: "/exports/${task.id|urlpath}", expect: [202]}
    result:
      kind: links
      call: {method: GET, path: "/exports/${task.id|urlpath}/files"}
      each: xml:/files/file
      link: /url

    """#

  /// A token, steps before the task and after, tokens of OAuth, a cursor that goes into the next request, pages whose
  /// cursor is in the body.
  static let prints = #"""
    service: prints
    revision: 1
    base: https://prints.example
    app_params: {shop: {type: text, required: true}}
    secrets: {id: {about: an id}, secret: {about: a secret}}
    auth: {kind: oauth2-client, token_url: /oauth/token, id: "${secret.id}", secret: "${secret.secret}"}
    formats: {json: JSON}
    limits: {active: 4}
    datasets:
      sheet: {kind: snapshot, forms: [{json: {sheets: all}}]}
      roll: {kind: snapshot, forms: [{json: {rolls: all}}]}
    submit:
      - {method: POST, path: /sessions, json: {shop: "${app.shop}"}, expect: [200], take: {session: body:/session/key}}
      - method: POST
        path: /prints
        json: {session: "${step.session}", token: "${job.token}"}
        expect: [201]
        id: {from: header:Location, last: true}
      - {method: POST, path: "/prints/${task.id|urlpath}/start", expect: [202]}
    poll: {method: GET, path: "/prints/${task.id|urlpath}", every: 5s, task: body:/print, obey: header:Retry-After}
    state:
      from: body:/status
      fold_case: true
      made: [draft]
      queued: [waiting]
      running: [printing]
      done: [ready]
      empty: [blank]
      failed: [torn]
      expired: [burnt]
      cancelled: [stopped]
      reason: body:/why
    refusals:
      - {when: {body:/error/code: TOO_MANY}, means: busy, wait: header:Retry-After}
      - {status: [401], means: login}
      - {status: [404], on: [poll, cancel, fetch], means: gone}
      - {status: [413], on: [submit], means: split}
      - {status: [400, 404, 413], means: never}
      - {status: [500, 502], means: again}
    list:
      method: POST
      path: /prints/search
      json: {shop: "${app.shop}"}
      each: body:/prints
      next: {pick: body:/more, into: json.after, ends: [end]}
      id: /id
      page: 3
    recover: {class: token, life: 8h}
    cancel: {method: POST, path: "/prints/${task.id|urlpath}/stop", expect: [200]}
    result:
      kind: pages
      call: {method: GET, path: "/prints/${task.id|urlpath}/rows", query: {after: "${page.cursor}"}}
      cursor: {from: body:/next, ends: [none]}

    """#

  /// The one task there is, asked for by itself, beside a list that nothing reads; a key in the address, forms.
  static let mirror = #"""
    service: mirror
    revision: 1
    base: https://mirror.example
    app_params: {shop: {type: text, required: true}}
    secrets: {key: {about: a key}}
    auth: {kind: key-query, name: key, value: "${secret.key}"}
    formats: {csv: CSV}
    limits: {active: 1}
    datasets:
      order:
        kind: historical
        window: {unit: day, render: epoch-s, end: open}
        forms: [{json: {from: "${window.start}"}}]
    submit: {method: POST, path: /mirror, form: {shop: "${app.shop}"}, expect: [202], id: body:/mirror/id}
    poll: {method: GET, path: "/mirror/${task.id|urlpath}", every: 5s, task: body:/mirror}
    state: {from: body:/state, queued: [new], running: [busy], done: [ok], failed: [bad], cancelled: [off], reason: body:/why}
    refusals:
      - {status: [401], means: login}
      - {status: [404], means: gone}
      - {status: [429], means: busy, wait: header:Retry-After}
      - {status: [500, 502], means: again}
    list: {method: GET, path: /mirrors, each: body:/mirrors, id: /id, created: /since}
    recover:
      class: single
      current: {method: GET, path: /mirror, task: body:/mirror, id: /id, created: /since}
      same: {/of: "${app.shop}", /from: "${window.start}"}
    cancel: {method: PUT, path: "/mirror/${task.id|urlpath}/off", expect: [204]}
    tidy: {method: DELETE, path: "/mirror/${task.id|urlpath}", expect: [204]}
    result: {kind: answer, call: {method: GET, path: "/mirror/${task.id|urlpath}/file"}}

    """#

  /// Nothing to recover by, states that are statuses, a body of text, an id in a header.
  static let carrier = #"""
    service: carrier
    revision: 1
    base: https://carrier.example
    secrets: {token: {about: a token}}
    auth: {kind: bearer, token: "${secret.token}"}
    formats: {jsonl: lines}
    limits: {active: 2}
    datasets:
      parcel: {kind: snapshot, forms: [{values: {of: parcels}}]}
    submit: {method: PUT, path: "/jobs/${dataset.of}", text: "as ${job.format}", expect: [200, 202], id: header:X-Job}
    poll: {method: GET, path: "/jobs/${task.id|urlpath}", every: 5s}
    state: {from: "status:", queued: ["202"], done: ["200"], empty: ["204"], expired: ["410"], failed: ["422"], reason: body:/why}
    refusals:
      - {status: [401], means: login}
      - {status: [404], means: gone}
      - {status: [400], means: never}
      - {status: [503], means: busy, wait: header:Retry-After}
      - {status: [500, 502], means: again}
    recover: {class: blind}
    result: {kind: answer, call: {method: GET, path: "/jobs/${task.id|urlpath}/file"}}

    """#

  /// The one task there is, as its list shows it.
  static let listed = mirror.replacing(
    "current: {method: GET, path: /mirror, task: body:/mirror, id: /id, created: /since}", with: ""
  ).replacing("class: single\n  \n", with: "class: single\n")

  /// The one task there is, as the whole of an answer.
  static let whole = mirror.replacing("path: /mirror, task: body:/mirror, id", with: "path: /mirror, id")

  /// Files in a container, told by names.
  static let crates = #"""
    service: crates
    revision: 1
    base: https://crates.example
    formats: {csv: CSV}
    limits: {active: 2}
    datasets:
      crate: {kind: snapshot, forms: [{json: {of: crates}}]}
    submit:
      method: POST
      path: /crates
      json: {to: "${job.delivery}", name: "${job.name}.csv"}
      expect: [201]
      id: body:/id
    poll: {method: GET, path: "/crates/${task.id|urlpath}", every: 5s}
    state: {from: body:/state, queued: [new], done: [ok], failed: [bad], reason: body:/why}
    refusals: [{status: [401], means: login}, {status: [404], means: gone}, {status: [500, 502], means: again}]
    list: {method: GET, path: /crates, each: body:/crates, next: body:/next, id: /id, created: /made}
    recover: {class: marked, mark: /name, value: "${job.name}.csv"}
    result: {kind: container, names: ["${job.name}.csv"]}

    """#

  static let all = [
    "ledgers": ledgers, "prints": prints, "mirror": mirror, "carrier": carrier, "listed": listed, "crates": crates,
    "whole": whole,
  ]

  /// What made-up texts would not do for: a secret that is written otherwise in an address.
  private static let secrets: [String: [String: Secret]] = [
    "prints": ["secret": Secret("canary/se+cret=e5")], "mirror": ["key": Secret("canary key&f6")],
  ]

  static func suite(_ name: String, _ text: String) throws -> ServiceConformance {
    let (description, problems) = ServiceDescription.load(SourceFile(name: "\(name).yaml", text: text))
    return ServiceConformance(
      try #require(description, "\(problems.text())"), app: ["shop": "north"], secrets: secrets[name] ?? [:])
  }
}
