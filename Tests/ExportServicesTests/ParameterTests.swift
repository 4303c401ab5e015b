// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// Parameters, windows and limits of descriptions: what is read, what is refused, and what is put in for a job.
@Suite struct ParameterTests {
  private static let good = """
    service: small
    revision: 1
    base: https://small.example
    params:
      account: {type: text, required: true, pattern: "[a-z0-9-]{1,20}"}
      query: {type: template, default: "SELECT * WHERE at >= ${window.start}"}
    app_params: {app: {type: text}, region: {values: [eu, us], default: eu}, own: {type: template}}
    formats: {json: json}
    limits: {active: 2, calls: 10/s}
    datasets:
      rows:
        kind: historical
        options: {filter: {type: template}, kind: {values: {small: S}}}
        window: {unit: hour, render: hour, zone: Asia/Kolkata, end: included, max: 1d, lag: 12h, oldest: 90d}
        forms: [{json: {query: "${param.query}", own: "${app.own}", filter: "${option.filter}", region: "${app.region}"}}]
    submit: {method: POST, path: "/jobs", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
    poll: {method: GET, path: "/${task.id}", every: 5s}
    state: {from: body:/state, done: [ok], failed: [bad]}
    refusals: []
    result: {kind: container}
    list: {method: GET, each: body:/all, id: /id}
    recover: {class: marked, mark: /mark}

    """

  private func problems(_ old: String, _ new: String) -> String {
    let text = Self.good.replacing(old, with: new)
    let (description, problems) = ServiceDescription.load(SourceFile(name: "s.yaml", text: text))
    #expect((description == nil) == problems.hasErrors)
    return problems.isEmpty ? "" : problems.text()
  }

  private func traits(_ old: String = "", _ new: String = "") throws -> ServiceTraits {
    let text = old.isEmpty ? Self.good : Self.good.replacing(old, with: new)
    let (description, problems) = ServiceDescription.load(SourceFile(name: "s.yaml", text: text))
    return try #require(description, "\(problems.text())").traits
  }

  @Test func `patterns, words in a list and windows are read`() throws {
    let traits = try traits()

    #expect(traits.parameters[0].pattern == "[a-z0-9-]{1,20}")
    #expect(traits.parameters[1].kind == .template)
    #expect(traits.appParameters[1].kind == .choice(["eu", "us"]))
    var rule = WindowRule(unit: .hour, render: .hour, zone: "Asia/Kolkata", end: .included)
    (rule.most, rule.lag, rule.oldest) = (.seconds(86_400), .seconds(12 * 3600), .seconds(90 * 86_400))
    #expect(traits.datasets[0].window == rule)
  }

  @Test func `limits in spans of time are read beside rates`() throws {
    let rate = try traits().limits
    let spans = try traits(
      "calls: 10/s",
      "submits: 5/s, calls: [{on: submit, max: 10, every: 1m}, {on: any, max: 100, every: 1h}], "
        + "starts: [{max: 10000, every: 1d}, {max: 24, resets: \"05:30 America/Chicago\"}]"
    ).limits

    #expect(rate.callsPerSecond == 10 && rate.calls == [] && rate.starts == [])
    #expect(spans.callsPerSecond == nil && spans.submitsPerSecond == 5)
    #expect(
      spans.calls == [
        CallLimit(.submit, most: 10, every: .seconds(60)), CallLimit(.any, most: 100, every: .seconds(3600)),
      ])
    let day: Duration = .seconds(86_400)
    #expect(
      spans.starts == [
        StartLimit(most: 10_000, every: day),
        StartLimit(most: 24, every: day, resets: .init(minute: 330, zone: "America/Chicago")),
      ])
  }

  @Test(arguments: [
    ("[a-z0-9-]{1,20}", "[a-z", "error: '[a-z' is no regular expression [D020]"),
    ("kind: {values: {small: S}}", "kind: {type: int, pattern: a}", "error: 'pattern' belongs to a text [D001]"),
    ("default: eu", "default: asia", "error: the default of 'region': unknown region 'asia' [D021]"),
    ("[eu, us], default: eu", "[]", "error: 'values' is empty [D001]"),
    ("[eu, us]", "[eu, eu]", "error: the word 'eu' stands twice in 'values' [D001]"),
    ("{values: {small: S}}", "{type: flga}", "error: unknown type 'flga' [D005]"),
    ("at >= ${window.start}", "${window.begin}", "error: nothing gives a job '${window.begin}' [D003]"),
    ("/${task.id}", "/${param.query}", "error: 'param.query' is completed by each job, and none is known here [D003]"),
    ("render: hour", "render: date", "error: 'render: date' does not tell one hour from the next [D022]"),
    ("unit: hour", "unit: instant", "error: 'render: hour' does not tell one instant from the next [D022]"),
    ("Asia/Kolkata", "Asia/Kolkatta", "error: unknown time zone 'Asia/Kolkatta' [D023]"),
    ("max: 1d", "max: 0d", "error: '0d' is no time at all [D006]"),
    ("lag: 12h", "lag: 12", "error: '12' is not a duration [D006]"),
    ("oldest: 90d", "oldest: all", "error: 'all' is not a duration [D006]"),
    ("calls: 10/s", "calls: 10", "error: '10' is not a rate [D006]"),
    ("calls: 10/s", "calls: [{on: send, max: 1, every: 1s}]", "error: unknown kind of request 'send' [D005]"),
    ("calls: 10/s", "calls: [{on: poll, max: 1}]", "error: a limit of calls needs 'every' [D001]"),
    ("calls: 10/s", "starts: [{max: 5}]", "error: a limit of starts needs 'every' [D001]"),
    ("calls: 10/s", "starts: [{max: 0, every: 1d}]", "error: '0' is not a whole number for 'max' [D006]"),
    ("calls: 10/s", "starts: [{max: 2000000, every: 1d}]", "error: '2000000' is more than 1000000 for 'max' [D006]"),
    ("calls: 10/s", "starts: [{max: 5, resets: \"24:00 UTC\"}]", "'24:00 UTC' is not a time of day in a zone [D006]"),
    ("calls: 10/s", "starts: [{max: 5, resets: \"00:00 Chicago\"}]", "error: unknown time zone 'Chicago' [D023]"),
    (
      "calls: 10/s", "starts: [{max: 5, every: 1h, resets: \"00:00 UTC\"}]",
      "error: a count that resets at a time of day is 'every: 1d' [D022]"
    ),
  ])
  func `each mistake is told where it stands`(old: String, new: String, expected: String) {
    let text = problems(old, new)

    #expect(text.contains(expected), "\(text)")
  }

  // MARK: Filling

  private func body(
    window: SentWindow?, app: [String: JSONValue], query: JSONValue? = nil, options: [String: JSONValue] = [:]
  ) throws -> JSONValue? {
    let description = try SmallService.description(Self.good)
    let order = TaskOrder(
      mark: SmallService.mark, appParameters: app, dataset: "rows", options: options, format: "json", window: window,
      delivery: Secret("https://store.example"))
    let parameters = description.traits.parameters.applied(to: query.map { ["query": $0] } ?? [:])
    return try description.preview(of: order, base: SmallService.base, parameters: parameters).body
  }

  @Test func `each job completes the templates of its service, its app and its options`() throws {
    let body = try body(
      window: SentWindow(start: "20160101T00", end: "20160101T23"),
      app: ["app": "shop", "own": "${app.app} of ${app.region}"],
      query: "FROM ${app.app} WHERE ${window.start} <= at AND at <= ${window.end}",
      options: ["filter": "${window.end}"])

    #expect(body?["query"] == "FROM shop WHERE 20160101T00 <= at AND at <= 20160101T23")
    #expect(body?["own"] == "shop of eu")
    #expect(body?["filter"] == "20160101T23")
    // A default of the description holds for apps as well.
    #expect(body?["region"] == "eu")
  }

  @Test func `a template that a job cannot complete is absent, never half of it`() throws {
    let body = try body(window: nil, app: [:])

    #expect(body?["query"] == nil)
    #expect(body?["region"] == "eu")
  }

  @Test(arguments: [
    ("${window.start}", "S"), ("a${window.start}b${window.end}", "aSbE"), ("none", "none"), ("${", "${"),
    ("${window.start", "${window.start"), ("$${window.start}", "$S"), ("${} ${a.} ${.b}", "${} ${a.} ${.b}"),
    ("${app.n}", "7"), ("${app.missing}", nil), ("${var.x}", nil),
  ])
  func `holes are found, and what is none is text`(text: String, expected: String?) {
    let window = SentWindow(start: "S", end: "E")

    #expect(JobTemplate(text).text(window: window, app: ["n": 7]) == expected)
  }
}
