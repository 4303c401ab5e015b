// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Testing

/// What shows only when the parts of a description are held against each other. `1️⃣` is where it is told.
@Suite struct DescriptionWholeTests {
  private typealias Small = SmallService

  /// A description with two datasets, of which `rows` has a window and `tags` has none.
  private static func text(
    params: String = "{account: {type: text, required: true}, wide: {type: flag, default: false}}",
    rows: String = "forms: [{}]", tags: String = "kind: snapshot, forms: [{}]",
    window: String = "{unit: day, render: iso, end: open}", _ change: (inout SmallService.Parts) -> Void = { _ in }
  ) -> String {
    let text = Small.text(change)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex { $0 == "datasets:" } ?? 0
    let end = lines.firstIndex { $0.hasPrefix("submit:") } ?? 0
    let datasets: [Substring] = [
      "datasets:",
      "  rows: {kind: historical, options: {size: {type: int}, by: {type: text, default: at}}, window: \(window), \(rows)}",
      "  tags: {\(tags)}",
    ]
    return (lines[..<start] + datasets + lines[end...]).joined(separator: "\n")
      .replacing("params: {account: {type: text}}", with: "params: \(params)")
      .replacing("app: {type: text}}", with: "app: {type: text, required: true}}")
  }

  // MARK: Datasets and forms

  @Test(arguments: [
    ("forms: 1️⃣[]", "'forms' is empty [D001]"),
    ("forms: [{when: 1️⃣seize}, {}]", "nothing declares 'option.seize' [D003]"),
    ("forms: 1️⃣[{when: size}]", "'rows' has no form for a job without 'size' [D013]"),
    ("forms: [{}, 1️⃣{when: size}]", "a form is never reached: one before it takes every job [D014]"),
    ("forms: [{when: by}, 1️⃣{}]", "a form is never reached: one before it takes every job [D014]"),
    (
      #"forms: [{values: {path: 1️⃣"a/${app.app}"}}]"#,
      "a value of a form is sent as it is: the hole in 'a/${app.app}' would not be filled [D002]"
    ), ("needs: 1️⃣nothing, forms: [{}]", "'needs' names 'nothing', which is no flag among 'params' [D003]"),
    ("needs: 1️⃣account, forms: [{}]", "'needs' names 'account', which is no flag among 'params' [D003]"),
    ("aliases: [row, 1️⃣tags], forms: [{}]", "the alias 'tags' already means the dataset 'tags' [D015]"),
  ])
  func `a dataset`(marked: String, expected: String) {
    MarkedDescription.expect(Self.text(rows: marked), expected)
  }

  @Test(arguments: [
    "forms: [{}]", "needs: wide, forms: [{}]", "forms: [{when: size}, {}]", "forms: [{when: size}, {when: by}]",
    "aliases: [row, rows, row], forms: [{}]",
  ])
  func `what goes together is good`(rows: String) { MarkedDescription.expectGood(Self.text(rows: rows)) }

  @Test func `two datasets cannot have an alias in common`() {
    let text = Self.text(rows: "aliases: [row], forms: [{}]", tags: "kind: snapshot, aliases: [1️⃣row], forms: [{}]")

    MarkedDescription.expect(text, "the alias 'row' already means the dataset 'rows' [D015]")
  }

  @Test func `a description exports something, in some format`() {
    MarkedDescription.expect(
      Small.text().replacing("formats: {json: JSON}", with: "formats: 1️⃣{}"), "'formats' is empty [D001]")
    let lines = Small.text().split(separator: "\n").filter { !$0.hasPrefix(" ") }
    MarkedDescription.expect(
      lines.joined(separator: "\n").replacing("datasets:", with: "datasets: 1️⃣{}"), "'datasets' is empty [D001]")
  }

  // MARK: Values

  @Test(arguments: [
    #"{method: POST, path: "/${dataset.path}", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}"#,
    #"{method: POST, expect: [201], id: body:/id, json: {mark: "${job.mark}", of: {path: "${dataset.path}"}}}"#,
    #"{method: POST, query: {a: "${dataset.path}"}, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}"#,
  ])
  func `every form gives every value of a dataset that a request names`(submit: String) {
    let good = "kind: snapshot, forms: [{values: {path: tags}}]"
    let rows = "forms: [{when: size, values: {path: a}}, 1️⃣{values: {pats: b}}]"

    MarkedDescription.expect(
      Self.text(rows: rows, tags: good) { $0.submit = submit },
      "a form of 'rows' gives no value for 'dataset.path' [D013]")
    MarkedDescription.expectGood(
      Self.text(rows: "forms: [{values: {path: rows}}]", tags: good) { $0.submit = submit })
  }

  @Test(arguments: [
    (
      #"{method: GET, path: "/1️⃣${param.region}/${task.id}", every: 5s}"#,
      "there may be no 'param.region', and an address"
    ),
    (
      #"{method: GET, url: "/${task.id}?in=1️⃣${param.region}", every: 5s}"#,
      "there may be no 'param.region', and an address"
    ),
    (
      #"{method: POST, path: "/${task.id}", text: "1️⃣${param.region}", every: 5s}"#,
      "there may be no 'param.region', and a body of text"
    ),
    (
      #"{method: POST, path: "/${task.id}", xml: "<a>1️⃣${secret.key}</a>", every: 5s}"#,
      "there may be no 'secret.key', and a body of text"
    ),
    (#"{method: GET, path: "/1️⃣${app.shard}/${task.id}", every: 5s}"#, "there may be no 'app.shard', and an address"),
  ])
  func `what cannot be left out is always given`(marked: String, expected: String) {
    let text = Self.text(params: "{region: {type: text}, wide: {type: flag}}") {
      $0.poll = marked
      $0.more = "secrets: {key: {about: a key, required: false}}"
    }.replacing("app_params: {", with: "app_params: {shard: {type: text}, ")

    MarkedDescription.expect(text, "\(expected) cannot leave it out [D013]")
  }

  @Test func `an optional value may stand where it can be left out`() {
    MarkedDescription.expectGood(
      Self.text(params: "{region: {type: text}}") {
        $0.poll = #"""
          {method: POST, path: "/${task.id}", query: {r: "${param.region}"}, headers: {X-R: "${param.region}"}, json: {r: "${param.region}", at: "${app.region}"}, every: 5s}
          """#
      })
    MarkedDescription.expectGood(
      Self.text(params: #"{region: {type: text, default: eu}}"#) {
        $0.poll = #"{method: GET, path: "/${param.region}/${task.id}", every: 5s}"#
      })
  }

  @Test(arguments: [
    (#"{kind: container, prefix: "${task.id}/1️⃣${window.start}"}"#, "a job of 'tags' has no 'window.start'"),
    (#"{kind: container, prefix: "${task.id}/1️⃣${option.by}"}"#, "a job of 'tags' may have no 'option.by'"),
    (#"{kind: container, names: ["${task.id}/1️⃣${option.size}"]}"#, "a job of 'rows' may have no 'option.size'"),
  ])
  func `a name of files is whole for every dataset`(marked: String, expected: String) {
    MarkedDescription.expect(
      Self.text { $0.result = marked }, "\(expected), and a name of files cannot leave it out [D013]")
  }

  @Test func `what tells a task is whole for every dataset`() {
    let text = Self.text {
      $0.recover = #"{class: marked, mark: /mark, value: "${job.mark}-1️⃣${window.start}"}"#
    }

    MarkedDescription.expect(
      text, "a job of 'tags' has no 'window.start', and what tells a task cannot leave it out [D013]")
  }

  // MARK: Paths

  @Test func `a value begins a path only behind a root`() {
    let poll = #"{method: GET, path: 1️⃣"${task.id}", every: 5s}"#
    let message = "a path begins with '/', not with a value: that could lead to another host [D002]"

    MarkedDescription.expect(Self.text { $0.poll = poll }, message)
    MarkedDescription.expect(
      Self.text {
        $0.poll = poll
        $0.more = #"root: """#
      }, message)
    MarkedDescription.expect(Self.text { $0.more = #"root: 1️⃣"${app.app}/v1""# }, message)
    MarkedDescription.expectGood(
      Self.text {
        $0.poll = poll.replacing("1️⃣", with: "")
        $0.more = "root: /jobs/"
      })
  }

  // MARK: Filters of windows

  @Test(arguments: [
    ("{unit: day, render: compact-date, end: open}", "iso", "which is sent as 'compact-date' of UTC"),
    ("{unit: hour, render: hour, end: open}", "epoch-s", "which is sent as 'hour' of UTC"),
    (
      "{unit: day, render: date, zone: America/Chicago, end: open}", "epoch-s",
      "which is sent as 'date' of America/Chicago"
    ), ("{unit: day, render: iso, end: open}", "not", "which is a time"),
    ("{unit: day, render: iso, end: open}", "lower|choose:a,b", "which is a time"),
  ])
  func `a filter that would read something else out of a bound is refused`(
    window: String, filter: String, expected: String
  ) {
    let message = "a filter cannot change 'window.start', \(expected) [D002]"

    MarkedDescription.expect(
      Self.text(rows: #"forms: [{json: {from: "1️⃣${window.start|\#(filter)}"}}]"#, window: window), message)
    MarkedDescription.expect(
      Self.text(window: window) {
        $0.submit = #"""
          {method: POST, expect: [201], id: body:/id, json: {mark: "${job.mark}", from: "1️⃣${window.start|\#(filter)}"}}
          """#
      }, message)
    MarkedDescription.expect(
      Self.text(window: window) {
        $0.recover = #"{class: lookalike, same: {/from: "1️⃣${window.start|\#(filter)}"}}"#
      }, message)
  }

  @Test(arguments: [
    "{unit: day, render: iso, zone: America/Chicago, end: open}", "{unit: day, render: epoch-s, end: open}",
    "{unit: day, render: epoch-ms, zone: Asia/Kolkata, end: included}", "{unit: day, render: date, end: included}",
  ])
  func `a bound that tells an instant may be written in any form`(window: String) {
    for filter in ["iso", "date", "hour", "compact-date", "epoch-s", "epoch-ms", "compact", "urlpath", "date|lower"] {
      MarkedDescription.expectGood(
        Self.text(rows: #"forms: [{json: {from: "${window.start|\#(filter)}"}}]"#, window: window))
    }
  }

  @Test func `the longest window is no shorter than one unit`() {
    for (unit, most) in [("hour", "10m"), ("day", "23h"), ("month", "27d")] {
      MarkedDescription.expect(
        Self.text(window: "{unit: \(unit), render: iso, end: open, max: 1️⃣\(most)}"),
        "'max' is shorter than one \(unit): no window could be asked for [D022]")
    }
    MarkedDescription.expectGood(Self.text(window: "{unit: instant, render: iso, end: open, max: 10m}"))
  }

  // MARK: Rows of refusals

  @Test(arguments: [
    "[{status: [401], means: login}, 1️⃣{status: [401], means: never}]",
    "[{status: [401, 403], means: login}, 1️⃣{status: [403], on: [poll], means: never}]",
    "[{status: [401], means: login}, {status: [403], means: never}, 1️⃣{status: [401, 403], means: busy}]",
    "[{status: [404], on: [poll, list], means: gone}, 1️⃣{when: {status: [404], body:/a: b}, on: [list], means: never}]",
    "[{when: {body:/code: present}, means: again}, 1️⃣{when: {status: [400], body:/code: [x]}, means: never}]",
    "[{when: {body:/code: [x, y]}, means: again}, 1️⃣{when: {body:/code: [y], header:X-A: absent}, means: never}]",
    "[{status: [404], on: [submit, poll, list], means: never}, {status: [404], on: [cancel, fetch, tidy], means: gone}, 1️⃣{status: [404], means: again}]",
  ])
  func `a refusal that those before it leave nothing is told`(marked: String) {
    MarkedDescription.expect(
      Self.text { $0.refusals = marked }, "a refusal is never reached: those before it take all of its answers [D014]")
  }

  @Test(arguments: [
    "[{status: [401], means: login}, {status: [401, 403], means: never}]",
    "[{status: [404], on: [poll], means: gone}, {status: [404], means: never}]",
    "[{when: {status: [403], body:/code: [x]}, means: never}, {status: [403], means: login}]",
    "[{when: {body:/code: [x]}, means: again}, {when: {body:/code: present}, means: never}]",
    "[{when: {body:/code: absent}, means: again}, {when: {body:/code: [x]}, means: never}]",
    "[{status: [400], means: again}, {when: {body:/code: [x]}, means: never}]",
  ])
  func `a refusal that is left something is good`(refusals: String) {
    MarkedDescription.expectGood(Self.text { $0.refusals = refusals })
  }
}
