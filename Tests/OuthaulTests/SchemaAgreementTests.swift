// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportServices
import ExportYAML
import Foundation
import Testing

/// A document is right in form by its schema exactly when our own reader finds nothing wrong with its form.
@Suite struct SchemaAgreementTests {
  private static let seed: UInt64 = 20_260_112

  // MARK: Manifests

  /// Codes that are of form; the others need more than one value, or the values of variables.
  private static func isForm(_ code: String) -> Bool {
    code.hasPrefix("M0") && !["M017", "M018", "M020", "M090"].contains(code)
  }

  private static func formProblems(ofManifest document: JSONValue) -> [String] {
    let file = SourceFile(name: "m.yaml", bytes: document.canonicalBytes)
    let (_, diagnostics) = ManifestReader.read(file, variables: VariableValues(), environment: [:])
    return diagnostics.all.filter { isForm($0.code) && $0.severity == .error }.map { "\($0.code) \($0.message)" }
  }

  /// Where schema and reader may differ, each with its reason.
  private static func exception(ofManifest mutation: Mutation, in document: JSONValue) -> String? {
    let path = mutation.path
    if path.first == "variables" { return "what a variable is worth is known once it is put in" }
    if mutation.before.string?.contains("${") == true, mutation.kind == .reworded {
      return "a text with a variable in it is held against nothing"
    }
    if path.first == "exports", path.count == 3, mutation.kind == .renamed, case .object = mutation.before {
      return "an unknown key of an export that holds a mapping may be the options of a dataset"
    }
    if path.first == "exports", path.count >= 3, path[2] == "datasets" {
      let export = document["exports"]?[path[1]]
      let exported = (export?["datasets"]?.array ?? []).compactMap(\.string)
      if exported.contains(where: { export?[$0] != nil }) {
        return "options of a dataset that the export no longer exports are an unknown key"
      }
    }
    return nil
  }

  /// What the reader takes and the schema refuses; never the other way round.
  private static func strictness(ofManifest mutation: Mutation) -> String? {
    switch mutation.kind {
    case .emptied: "null is what was left out, and the schema would have to name it beside every value"
    case .referred: "a variable may hold a whole mapping or list, and the schema knows it only where one value stands"
    default: nil
    }
  }

  private static let manifests: [String] = [SampleManifest.nightly(), everything]

  /// Every key of the language.
  private static let everything = """
    manifest: 1
    name: everything
    variables: {region: eu, day: 2016-01-01}
    secrets:
      token: {env: TOKEN}
      key: {file: key.txt}
      signature: {command: [pass, show, sas]}
    services:
      engagement:
        use: azure-mobile-engagement
        base: https://management.azure.com
        with: {subscription: s-1, resource_group: shop}
        credential: {bearer: "${secret.token}"}
        limits: {active: 8, active_per_app: 2, submits: 10/s, calls: 600/m}
      other:
        use: azure-mobile-engagement
        with: {subscription: s-2, resource_group: shop}
        credential: none
      assertion:
        use: azure-mobile-engagement
        with: {subscription: s-3, resource_group: shop}
        credential: {azure_assertion: {tenant: t, client: c, token_file: token.jwt, authority: "https://login.example"}}
      machine:
        use: azure-mobile-engagement
        with: {subscription: s-4, resource_group: shop}
        credential: {managed_identity: {client_id: c}}
      person:
        use: azure-mobile-engagement
        with: {subscription: s-5, resource_group: shop}
        credential: {azure_cli: {tenant: t, subscription: s}}
      whoever:
        use: azure-mobile-engagement
        with: {subscription: s-6, resource_group: shop}
        credential: azure_default
      printed:
        use: azure-mobile-engagement
        with: {subscription: s-7, resource_group: shop}
        credential: {command: [get-token, --quiet]}
        secrets: {one: "${secret.token}", two: "${secret.key}"}
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
      given: {azure_container: http://127.0.0.1:10000/account/exports, sas: "${secret.signature}"}
      files: {directory: exports, staging: lake}
    apps:
      discover: [{service: engagement, match: [shop-*], labels: {size: 3}}, other]
      shop: {with: {collection: shop, app: shop}, labels: {tier: gold, size: 3}}
      club: {with: {collection: club, app: club}}
    defaults:
      destination: lake
      format: [json, csv]
      retry: {attempts: 3, first: 2s, factor: 1.5, most: 1m30s, cool_down: 5m}
      timeouts: {queued: 1h, running: 2h, total: 1d, then: abandon}
      priority: 3
      verify: {schema: false}
    exports:
      snapshots:
        service: engagement
        apps: {labels: {tier: [gold, "sil*"], size: "!3"}}
        priority: -100
        limits: {active: 4, active_per_app: 1}
        verify: {min_rows: 1, schema: true, inside_window: false}
        datasets: [push, tag]
        format: json
        destination: files
        window: {every: day, zone: Europe/Paris, gap: skip, fold: second, ripe_after: 6h}
        push: {campaigns: {type: poll, ids: [1, 2]}}
        on_failure: stop
      history:
        service: other
        apps: [shop, club]
        datasets: event
        window: {every: PT6H, from: 2016-01-01T06:00, to: 2016-02-01, lookback: 2, catch_up: last}
        after: [{export: snapshots, match: window}]
        order: sequential
        max_failures: 5
        retry: {attempts: 9}
        timeouts: {total: 3d, then: resubmit}
        include: [{app: [shop, "c*"], dataset: event, format: json, labels: {tier: gold, size: ["!3"]}, window: 2016-01-01..}]
        exclude: [{window: 2016-01-03}]
      weekly:
        service: other
        apps: all
        datasets: [job]
        window: {every: week, from: "${var.day}", through: 2016-02-07}
      recent:
        service: other
        apps: shop
        datasets: [error]
        window: {every: day, last: 7d, catch_up: 3}
    notify:
      team: {url: "${secret.token}"}
      chat: {url: "https://chat.example/${secret.key}?a=b&sig=${secret.signature}", on: change, timeout: 2s}
      page:
        url: http://127.0.0.1:8080/hook
        on: always
        format: json
        template: '{"what": "{verdict}", "failed": {failed}}'
        headers: {Authorization: "Bearer ${secret.token}", X-Team: exports}

    """

  @Test func `schema and reader agree on manifests with one change`() async throws {
    var random = SeededGenerator(seed: Self.seed)
    var cases: [(mutation: Mutation?, document: JSONValue, form: [String])] = []
    for text in Self.manifests {
      let document = try #require(YAMLReader.read(SourceFile(name: "m.yaml", text: text)).root).json
      cases.append((nil, document, Self.formProblems(ofManifest: document)))
      for _ in 0..<1200 {
        guard let mutation = Mutation(of: document, using: &random, withVariables: true),
          Self.exception(ofManifest: mutation, in: document) == nil
        else { continue }
        cases.append((mutation, mutation.document, Self.formProblems(ofManifest: mutation.document)))
      }
    }

    let problems = try await SchemaValidator.problems(cases.map { ("manifest", $0.document) })

    #expect(cases.count > 1000)
    #expect(cases.count { !$0.form.isEmpty } > 300)
    #expect(cases.count { $0.form.isEmpty } > 200)
    var stricter: [Mutation.Kind: Int] = [:]
    for (one, problem) in zip(cases, problems) where one.form.isEmpty != (problem == nil) {
      if let mutation = one.mutation, one.form.isEmpty, Self.strictness(ofManifest: mutation) != nil {
        stricter[mutation.kind, default: 0] += 1
        continue
      }
      Issue.record(
        "seed \(Self.seed): \(one.mutation?.description ?? "unchanged"): reader \(one.form), schema \(problem ?? "valid")"
      )
    }
    // Both exceptions are needed.
    #expect(stricter[.emptied] ?? 0 > 50)
    #expect(stricter[.referred] ?? 0 > 20)
  }

  @Test(arguments: [
    ("through: 2016-02-07", "through: 2016-02-31", "a pattern does not know how long a month is"),
    ("window: 2016-01-01..}", "window: 2016-01-02..2016-01-01}", "nor which of two days comes first"),
    ("last: 7d", "last: 900000000d", "nor the sum of a duration"),
    ("every: PT6H", "every: P101Y", "nor of a period"),
    ("push: {campaigns", "pusch: {campaigns", "an unknown key of an export may be the options of a dataset"),
  ])
  func `what only the reader refuses`(right: String, wrong: String, reason: String) async throws {
    let text = Self.everything.replacing(right, with: wrong)
    let document = try #require(YAMLReader.read(SourceFile(name: "m.yaml", text: text)).root).json

    #expect(!Self.formProblems(ofManifest: document).isEmpty)
    #expect(try await SchemaValidator.problems([("manifest", document)]) == [nil])
  }

  @Test(arguments: [("manifest: 1", "manifest: 1.0"), ("priority: -100", "priority: -100.0")])
  func `a whole number with a fraction of nothing is refused by the reader alone`(
    right: String, wrong: String
  ) async throws {
    let text = Self.everything.replacing(right, with: wrong)
    let file = SourceFile(name: "m.yaml", text: text)
    let (_, diagnostics) = ManifestReader.read(file, variables: VariableValues(), environment: [:])
    let document = try #require(YAMLReader.read(file).root).json

    // To a schema 1.0 is 1; to the reader it is a number of another kind.
    #expect(diagnostics.all.filter { Self.isForm($0.code) }.count == 1)
    #expect(try await SchemaValidator.problems([("manifest", document)]) == [nil])
  }

  @Test(arguments: [
    ("order: sequential", "order: null", "null stands for what was left out"),
    ("retry: {attempts: 9}", "retry: \"${var.retry}\"", "a variable may hold a mapping"),
    ("after: [{export: snapshots, match: window}]", "after: \"${var.after}\"", "or a list"),
  ])
  func `what only the schema refuses`(right: String, written: String, reason: String) async throws {
    let text = Self.everything.replacing(right, with: written)
      .replacing("{region: eu,", with: "{retry: {attempts: 9}, after: [{export: snapshots}], region: eu,")
    let document = try #require(YAMLReader.read(SourceFile(name: "m.yaml", text: text)).root).json

    #expect(Self.formProblems(ofManifest: document) == [])
    #expect(try await SchemaValidator.problems([("manifest", document)]) != [nil])
  }

  // MARK: Service descriptions

  private static func formProblems(ofDescription document: JSONValue) -> [String] {
    let (_, diagnostics) = ServiceDescription.load(SourceFile(name: "d.yaml", bytes: document.canonicalBytes))
    // D002 and D003 are of templates, which a schema does not take apart.
    return diagnostics.all.filter { ["D001", "D004", "D005", "D006"].contains($0.code) }
      .map { "\($0.code) \($0.message)" }
      // What 'app_params' asks for and the catalogue does not give: two places, which a schema does not hold together.
      .filter { !$0.hasPrefix("D001 'with' of the catalogue needs ") }
  }

  /// Every key of the language that Mobile Engagement does not need.
  private static let classes: [String] =
    zip(authKinds + authKinds, byClass).map { "\($1)auth: \($0)\n" } + [several, inXML]

  /// A submit of several steps, states by rules, and what a description says of itself.
  private static let several = #"""
    service: several
    revision: 1
    title: a service of several steps
    docs: https://docs.example/api
    retired: 2018-03-31
    base: "https://${param.a}.several.example/api"
    params: {a: {type: text, required: true}}
    secrets: {key: {about: a key, required: false}}
    keeps: {job: 30d, result: 7d}
    formats: {json: json}
    limits: {active: 9}
    datasets: {rows: {kind: snapshot, forms: [{}]}}
    submit:
      - {method: POST, path: /uploads, headers: {X-Key: "${secret.key}"}, expect: [200], take: {upload: body:/upload}}
      - {method: PUT, url: "/jobs/${step.upload}", json: {mark: "${job.mark}"}, expect: [201], id: [body:/id, {from: header:Location, last: true}]}
      - {method: POST, path: "/jobs/${task.id}/start", text: go, expect: [202, 409]}
    poll: {method: GET, url: "${task.id}", headers: {X-Key: "${secret.key}"}, every: 5s}
    state:
      from: body:/state
      made: [created]
      done: [ok]
      empty: [nothing]
      failed: [bad]
      expired: [over]
      rules: [{when: {status: [202], header:X-Busy: present}, is: running}, {when: {body:/error: present}, is: failed}]
    refusals: [{status: [404], on: [poll, fetch, tidy], means: gone}]
    result: {kind: links, each: body:/parts/*/url}
    list: {method: POST, form: {a: b}, each: body:/groups/*/jobs/*, next: {pick: body:/next, into: form.at, ends: ["-1"]}, id: /id}
    recover: {class: marked, mark: /mark}
    tidy: {method: DELETE, path: "/${task.id}", expect: [204]}

    """#

  /// A service of XML, whose states are told by rules alone.
  private static let inXML = #"""
    service: in-xml
    revision: 1
    base: http://127.0.0.1:8080
    formats: {json: json}
    limits: {active: 9, remaining: xml:/r/left}
    facts: {made: xml:/entry/made}
    datasets: {rows: {kind: snapshot, forms: [{}]}}
    submit: {method: POST, xml: "<a>${job.mark}</a>", expect: [201], id: {from: xml:/entry/self, last: true}}
    poll: {method: GET, path: "/${task.id}", task: xml:/feed/entry, every: 5s, obey: xml:/feed/wait}
    state: {reason: xml:/entry/why, progress: xml:/entry/done, rules: [{when: {xml:/entry/state: [done, ok*]}, is: done}]}
    refusals: [{when: {xml:/Error/Code: Busy}, means: busy, wait: xml:/Error/Wait}]
    result: {kind: container}
    list: {method: GET, each: xml:/feed/entry, next: xml:/feed/next, id: /content/id, created: /made, page: 10}
    recover: {class: marked, mark: /content/name}

    """#

  private static let authKinds = [
    "{kind: none}", #"{kind: credential, resource: "https://a.example/", scope: a}"#,
    #"{kind: key-header, name: X-Key, value: "${param.a}"}"#,
    #"{kind: oauth2-client, token_url: /token, id: "${param.a}", secret: s, scope: s, audience: a, style: basic}"#,
    #"{kind: jwt-es256, key: k, key_id: i, issuer: "${param.a}", audience: a, life: 15m}"#,
    "{kind: azure-sas-token, key: k, key_form: text, resource: r, policy: p, life: 1h, lower: true}",
    #"{kind: aws-sigv4, service: logs, region: "${param.a}", id: i, secret: s, session: t}"#,
  ]

  /// By class of recovery.
  private static let byClass: [String] = [
    (
      #"{class: named, id: "${job.name}"}"#, #"{method: PUT, path: "/${job.name}", expect: [200]}"#,
      "[{when: {status: [400], body:/code: [Taken, Is*]}, on: [submit], means: exists}]", "# no list"
    ),
    (
      "{class: token, life: 8h}", #"{method: POST, expect: [200], id: body:/id, json: {token: "${job.token}"}}"#,
      "[{when: {body:/errors/0: present}, means: again}]", "list: {method: GET, each: body:/all, id: /id, page: 5}"
    ),
    (
      #"{class: marked, mark: /file, value: "${job.name}.json"}"#,
      #"{method: POST, expect: [200], id: body:/id, json: {file: "${job.name}"}}"#, "[]",
      "list: {method: GET, each: body:/all, next: body:/next, id: /id, created: /made, newest_first: false}"
    ),
    (
      #"{class: single, same: {/from: "${window.start}"}, current: {method: POST, path: /c, query: {a: b}, json: {q: c}, task: body:/t, id: /id, created: /made}}"#,
      "{method: POST, expect: [200], id: body:/id}", "[{status: [429], means: busy}]", "# no list"
    ),
    (
      #"{class: single, same: {/from: "${window.start}"}}"#, "{method: POST, expect: [200], id: body:/id}", "[]",
      "list: {method: GET, each: body:/all, id: /id, created: /made}"
    ),
    (
      #"{class: lookalike, same: {/from: "${window.start}", /of: a}}"#, "{method: POST, expect: [200], id: body:/id}",
      "[]",
      "list: {method: GET, path: /l, query: {a: b}, json: {q: c}, each: body:/all, id: /id, created: /made}"
    ),
    ("{class: blind}", "{method: POST, expect: [200], id: body:/id}", "[]", "# no list"),
  ].enumerated().map { index, parts in
    let (recover, submit, refusals, list) = parts
    let calls = index % 2 == 0 ? "600/m" : "[{on: submit, max: 10, every: 1m}, {on: any, max: 100, every: 1h30m}]"
    let starts = "[{max: 1000, every: 1d}, {max: 24, resets: \"00:30 America/Chicago\"}]"
    return """
      service: small
      revision: 1
      base: https://small.example
      params: {a: {type: text}, query: {type: template, default: "from ${window.start}"}, size: {values: [small, large]}, name: {pattern: "[a-z]+"}}
      app_params: {region: {type: text}, app: {type: text}}
      formats: {json: json}
      limits: {active: 9, active_per_app: 3, submits: 10/s, calls: \(calls), starts: \(starts), shared: [{active: 3, by: [region]}], remaining: "header:x-*"}
      datasets:
        rows: {kind: snapshot, forms: [{}], rows: \(rows)}
        hours:
          kind: historical
          window: {unit: hour, render: hour, zone: Asia/Kolkata, end: included, max: 1d, lag: 12h, oldest: 90d}
          forms: [{values: {kind: hours}, json: {kind: b}}]
      submit: \(submit)
      poll: {method: GET, path: "/${task.id}", task: body:/task, every: 5s}
      state: {from: body:/state, done: [ok], failed: [bad], too_large: {body:/why: [long*, big], body:/code: "7"}}
      refusals: \(refusals)
      result: \(results[index % results.count])
      recover: \(recover)
      cancel: {method: DELETE, path: "/${task.id}", query: {a: b}, json: {why: none}, expect: [200, 410]}
      \(list)

      """
  }

  /// Every kind of result.
  private static let results = [
    #"{kind: container, rights: rwdl, names: ["${task.id}/a.txt"], optional: ["${task.id}/b"], ignore: ["*/probe"]}"#,
    "{kind: links, each: body:/all, link: /url, name: /name, bytes: /size, md5: /md5, sha256: /sum, rows: /rows, "
      + #"auth: none, hosts: [files.example, "*.blob.example"]}"#,
    #"{kind: links, each: "body:", call: {method: POST, url: "${task.id}", headers: {a: b}, form: {c: d}}}"#,
    #"{kind: pages, call: {method: GET, path: /r, query: {at: "${page.cursor}"}}, count: header:X-Rows, "#
      + #"name: "p-${page.number}", cursor: {from: header:X-Next, ends: ["null", ""]}}"#,
    #"{kind: pages, call: {method: POST, json: {at: "${page.cursor}"}}, cursor: {from: body:/next}}"#,
    "{kind: answer, call: {method: POST, text: a}}", "{kind: answer, call: {method: POST, path: /r, xml: <a/>}}",
  ]

  private static let rows =
    "{each: /*, required: [a], times: [b], fields: {a: {type: text, values: [x, y]}, b: {type: time, null: true}, "
    + "c: {type: list, values: [z]}}}"

  @Test func `schema and reader agree on service descriptions with one change`() async throws {
    var random = SeededGenerator(seed: Self.seed)
    let file = try #require(BundledDescriptions.file(named: "azure-mobile-engagement"))
    let bundled = try #require(YAMLReader.read(file).root).json
    let others = try Self.classes.map { text in
      try #require(YAMLReader.read(SourceFile(name: "d.yaml", text: text)).root).json
    }
    let mutations = ([bundled] + others).enumerated().flatMap { index, document in
      (0..<(index == 0 ? 1500 : 500)).compactMap { _ in Mutation(of: document, using: &random) }
    }
    let forms = mutations.map { Self.formProblems(ofDescription: $0.document) }

    let problems = try await SchemaValidator.problems(mutations.map { ("service", $0.document) })

    for document in [bundled] + others {
      let file = SourceFile(name: "d.yaml", bytes: document.canonicalBytes)
      #expect(ServiceDescription.load(file).diagnostics.all.map(\.message) == [])
    }
    #expect(try await SchemaValidator.problems(others.map { ("service", $0) }).compactMap { $0 } == [])
    #expect(mutations.count > 2500)
    #expect(forms.count { !$0.isEmpty } > 800)
    for (index, problem) in problems.enumerated() where forms[index].isEmpty != (problem == nil) {
      Issue.record(
        "seed \(Self.seed): \(mutations[index].description): reader \(forms[index]), schema \(problem ?? "valid")")
    }
  }

  // MARK: Plans

  @Test func `what the reader of plans calls malformed is invalid by the schema`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let made = try await Program.run(
      ["plan", "manifest.yaml", "--output", "json", "--as-of", "2016-02-10T12:00:00Z"], in: folder.url)
    let document = try JSONValue(parsing: made.output)
    var random = SeededGenerator(seed: Self.seed)
    var malformed: [Mutation] = []
    for _ in 0..<1500 {
      guard let mutation = Mutation(of: document, using: &random), mutation.kind != .reworded else { continue }
      // Another name where a name stands is a reference that leads nowhere, and right in form.
      if mutation.before.string != nil, mutation.after?.string != nil { continue }
      // So is the name of an entry, or of an export's dataset, that was taken out.
      if mutation.path.contains("datasets") { continue }
      let isEntry = mutation.path.last.flatMap { Int($0) } != nil
      if (isEntry && mutation.kind == .removed) || mutation.after == [] || mutation.after == ["x"] { continue }
      do {
        _ = try PlanFile(parsing: Self.laidOut(mutation.document))
      } catch PlanFileError.damaged {
        continue
      } catch {
        malformed.append(mutation)
      }
    }

    let problems = try await SchemaValidator.problems(
      [("plan", document)] + malformed.map { ("plan", $0.document) })

    #expect(problems[0] == nil)
    #expect(malformed.count > 300)
    for (mutation, problem) in zip(malformed, problems.dropFirst()) where problem == nil {
      Issue.record("seed \(Self.seed): \(mutation.description) is valid by the schema")
    }
  }

  /// The document as plan files are written: members by name, an element of a list a line.
  private static func laidOut(_ document: JSONValue) -> [UInt8] {
    let members = (document.object ?? [:]).sorted { $0.key < $1.key }.map { name, value -> String in
      guard case .array(let elements) = value, !elements.isEmpty else { return "\n\"\(name)\":\(value.canonicalText)" }
      return "\n\"\(name)\":[\n" + elements.map(\.canonicalText).joined(separator: ",\n") + "\n]"
    }
    return Array("{\(members.joined(separator: ","))\n}\n".utf8)
  }
}
