// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Testing

@Suite struct ServiceDescriptionTests {
  static let good = """
    service: small
    revision: 1
    base: https://small.example
    params: {account: {type: text, required: true}}
    formats: {json: json}
    limits: {active: 2}
    facts: {made: body:/made}
    datasets:
      rows:
        kind: historical
        window: {unit: day, render: date, end: open}
        forms: [{values: {path: rows}, json: {from: "${window.start}"}}]
    submit: {method: POST, path: "/${param.account|urlpath}/${dataset.path}", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
    poll: {method: GET, path: "/${task.id}", every: 5s}
    state: {from: body:/state, done: [ok], failed: [bad]}
    refusals: [{status: [429], means: busy, wait: header:Retry-After}]
    result: {kind: container, prefix: "${task.made|compact}/"}
    list: {method: GET, each: body:/all, id: /id}
    recover: {class: marked, mark: /mark}
    """

  private func problems(_ text: String) -> String {
    let (description, problems) = ServiceDescription.load(SourceFile(name: "s.yaml", text: text))
    #expect((description == nil) == problems.hasErrors)
    return problems.isEmpty ? "" : problems.text()
  }

  @Test func `a small description is good`() {
    #expect(problems(Self.good) == "")
  }

  @Test(arguments: [
    ("|urlpath}", "|urlpth}", "s.yaml:13:48: error: unknown filter 'urlpth' [D002]"),
    ("${param.account", "${params.account", "error: unknown scope 'params' in a template [D003]"),
    ("${param.account", "${param.acount", "error: nothing declares 'param.acount' [D003]"),
    ("${task.made", "${task.maid", "error: nothing declares 'task.maid' [D003]"),
    ("${job.mark}", "${job.mark", "error: '${' without '}' [D002]"),
    ("id: body:/id,", "id: json:/id,", "error: 'json:/id' picks nothing [D004]"),
    ("means: busy", "means: bussy", "error: unknown class 'bussy' [D005]"),
    ("done: [ok], ", "", "error: 'state' needs 'done' [D001]"),
    ("failed: [bad]", "failed: [ok]", "error: the state 'ok' is already 'done' [D005]"),
    ("class: marked", "class: bland", "error: unknown recovery class 'bland' [D005]"),
    ("kind: container", "kind: link", "error: unknown result kind 'link' [D005]"),
    ("every: 5s", "every: 5", "error: '5' is not a duration [D006]"),
    ("{json: json}", "{parquet: p}", "s.yaml:5:11: error: files of the format 'parquet' cannot be read [D005]"),
    ("unit: day", "unit: dya", "error: unknown unit 'dya' [D005]"),
    ("poll: {", "tidy: {}\npoll: {", "error: 'tidy' needs 'method' [D001]"),
    ("poll: {", "pol: {", "error: unknown key 'pol' in the description [D001]"),
    ("mark: /mark", "mark: mark", "error: 'mark' is no JSON pointer [D004]"),
  ])
  func `each mistake is told where it stands`(old: String, new: String, expected: String) {
    let text = problems(Self.good.replacing(old, with: new))

    #expect(text.contains(expected), "\(text)")
  }

  @Test func `every bundled description is in the list and good`() {
    #expect(
      BundledDescriptions.names == ["azure-iot-hub-devices", "azure-mobile-engagement", "salesforce-bulk2-query"])
    for name in BundledDescriptions.names {
      let traits = BundledDescriptions.file(named: name).flatMap { ServiceDescription.load($0).description?.traits }
      #expect(traits?.name == name)
    }
  }

  @Test func `the datasets of Mobile Engagement are those of its overview, with crash and session`() {
    let file = BundledDescriptions.file(named: "azure-mobile-engagement")
    let traits = file.flatMap { ServiceDescription.load($0).description?.traits }

    #expect(
      traits?.datasets.filter { $0.kind == .snapshot }.map(\.name) == ["push", "tag", "device", "token"])
    #expect(
      traits?.datasets.filter { $0.kind == .historical }.map(\.name)
        == ["activity", "event", "job", "error", "crash", "session"])
    #expect(traits?.dataset("device")?.needs == "extended")
  }
}
