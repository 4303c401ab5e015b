// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Testing

/// Each mistake in the parts that tell how tasks are found, listed, stopped and limited. `1️⃣` is where it is told.
@Suite struct DescriptionDiagnosticTests {
  private typealias Parts = SmallService.Parts

  private func expect(
    _ part: WritableKeyPath<SmallService.Parts, String>, _ marked: String, _ expected: String,
    _ change: (inout SmallService.Parts) -> Void = { _ in }, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = SmallService.text {
      change(&$0)
      $0[keyPath: part] = marked
    }
    let (description, problems) = ServiceDescription.load(
      SourceFile(name: "s.yaml", text: text.replacing("1️⃣", with: "")))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.firstIndex { $0.contains("1️⃣") } ?? 0
    let column = lines[line].firstRange(of: "1️⃣").map {
      lines[line].distance(from: lines[line].startIndex, to: $0.lowerBound)
    }
    #expect(description == nil, sourceLocation: sourceLocation)
    #expect(
      problems.text().contains("s.yaml:\(line + 1):\((column ?? -1) + 1): error: \(expected)\n"), "\(problems.text())",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("{class: 1️⃣mark, mark: /mark}", "unknown recovery class 'mark' [D005]"),
    ("1️⃣{mark: /mark}", "'recover' needs 'class' [D001]"),
    ("1️⃣{class: marked}", "'recover' needs 'mark' [D001]"),
    ("{class: marked, mark: 1️⃣m}", "'m' is no JSON pointer [D004]"),
    ("{class: marked, mark: /m, 1️⃣same: {/a: b}}", "unknown key 'same' in 'recover' [D001]"),
    ("{class: marked, mark: /m, value: 1️⃣\"${job.key}\"}", "'value' is not another one for every attempt [D007]"),
    ("{class: marked, mark: /m, value: 1️⃣fixed}", "'value' is not another one for every attempt [D007]"),
    ("{class: marked, mark: /m, value: 1️⃣\"${job.name}\"}", "no request sends '${job.name}' [D007]"),
    ("{class: marked, mark: /m, value: \"1️⃣${job.delivery}\"}", "nothing declares 'job.delivery' [D003]"),
    ("{class: marked, mark: /m, value: \"1️⃣${task.id}\"}", "unknown scope 'task' in a template [D003]"),
    ("1️⃣{class: token, life: 8h}", "no request sends '${job.token}' [D007]"),
    ("1️⃣{class: token}", "'recover' needs 'life' [D001]"), ("{class: token, life: 1️⃣8}", "'8' is not a duration [D006]"),
    ("1️⃣{class: lookalike}", "'recover' needs 'same' [D001]"),
    ("{class: lookalike, same: 1️⃣{}}", "'same' is empty [D001]"),
    ("{class: lookalike, same: {1️⃣a: b}}", "'a' is no JSON pointer [D004]"),
    ("{class: lookalike, same: {/a: \"1️⃣${option.sise}\"}}", "nothing declares 'option.sise' [D003]"),
    ("{class: lookalike, same: {/a: \"1️⃣${job.delivery}\"}}", "nothing declares 'job.delivery' [D003]"),
    ("{class: single, current: 1️⃣{method: GET, id: /id}}", "'current' needs 'created' [D001]"),
    (
      "{class: single, current: {method: GET, path: \"1️⃣${task.id}\", id: /id, created: /c}}",
      "unknown scope 'task' in a template [D003]"
    ),
    ("{class: single, 1️⃣find: x}", "unknown key 'find' in 'recover' [D001]"),
    ("{class: blind, 1️⃣same: {/a: b}}", "unknown key 'same' in 'recover' [D001]"),
  ])
  func `recover`(marked: String, expected: String) { expect(\.recover, marked, expected) }

  @Test func `what a class needs of other parts is told where it is missing`() {
    expect(\.recover, "1️⃣{class: marked, mark: /m}", "the class 'marked' needs 'list' [D001]") { $0.list = nil }
    expect(\.recover, "1️⃣{class: lookalike, same: {/a: b}}", "the class 'lookalike' needs 'list' [D001]") {
      $0.list = nil
    }
    expect(\.recover, "1️⃣{class: single}", "the class 'single' needs 'list' or 'current' [D001]") { $0.list = nil }
    expect(
      \.submit, #"1️⃣{method: POST, expect: [201], id: body:/id, json: {name: "${job.name}"}}"#,
      "'submit' takes no 'id' where 'recover' names the task [D001]"
    ) { $0.recover = #"{class: named, id: "${job.name}"}"# }
    expect(\.submit, "1️⃣{method: POST, expect: [201]}", "'submit' needs 'id' [D001]") { $0.recover = "{class: blind}" }
    expect(
      \.recover, #"{class: named, id: 1️⃣"${job.name}"}"#, "no request sends '${job.name}' [D007]"
    ) { $0.submit = "{method: POST, expect: [201]}" }
    expect(\.refusals, "1️⃣[{status: [409], means: exists}]", "'exists' is for services of the class 'named' [D007]")
    for recover in ["{class: lookalike, same: {/a: b}}", "{class: single}"] {
      let text = SmallService.text {
        $0.recover = recover
        $0.list = "{method: GET, each: body:/all, id: /id}"
      }
      let problems = ServiceDescription.load(SourceFile(name: "s.yaml", text: text)).diagnostics.text()
      #expect(problems.contains("error: 'list' needs 'created' for the class '"), "\(problems)")
    }
  }

  @Test(arguments: [
    ("1️⃣{method: GET, id: /id}", "'list' needs 'each' [D001]"),
    ("{method: GET, each: body:/a, id: 1️⃣id}", "'id' is no JSON pointer [D004]"),
    ("{method: GET, each: body:/a, id: /id, page: 1️⃣0}", "'0' is not a whole number for 'page' [D006]"),
    (
      "{method: GET, each: body:/a, id: /id, newest_first: 1️⃣maybe}",
      "'newest_first' must be true or false, not 'maybe' [D001]"
    ),
    ("{method: GET, each: body:/a, id: /id, 1️⃣pages: 3}", "unknown key 'pages' in 'list' [D001]"),
    ("{method: GET, path: \"/1️⃣${task.id}\", each: body:/a, id: /id}", "unknown scope 'task' in a template [D003]"),
    ("{method: GET, path: \"/1️⃣${job.name}\", each: body:/a, id: /id}", "unknown scope 'job' in a template [D003]"),
  ])
  func `list`(marked: String, expected: String) {
    expect(\.listText, marked, expected)
  }

  @Test(arguments: [
    ("1️⃣{method: DELETE}", "'cancel' needs 'expect' [D001]"),
    ("{method: DELETE, expect: [1️⃣no]}", "'no' is not a whole number for 'expect' [D006]"),
    ("{method: DELETE, expect: [200], 1️⃣id: body:/id}", "unknown key 'id' in 'cancel' [D001]"),
    ("{method: DELETE, path: \"/1️⃣${window.start}\", expect: [200]}", "unknown scope 'window' in a template [D003]"),
  ])
  func `cancel`(marked: String, expected: String) { expect(\.cancelText, marked, expected) }

  @Test(arguments: [
    ("[1️⃣{means: busy}]", "a refusal needs 'status' [D001]"),
    (
      "[{status: 1️⃣[429], when: {status: [429]}, means: busy}]",
      "'status' stands inside 'when', where there is one [D001]"
    ),
    ("[{when: 1️⃣{}, means: busy}]", "'when' is empty [D001]"),
    ("[{when: {1️⃣code: x}, means: busy}]", "'code' picks nothing [D004]"),
    ("[{when: {body:/code: 1️⃣[]}, means: busy}]", "a value of 'when' is an empty list [D001]"),
    ("[{when: {status: [1️⃣x]}, means: busy}]", "'x' is not a whole number for 'status' [D006]"),
    ("[{status: [429], on: [1️⃣stop], means: busy}]", "unknown request 'stop' [D005]"),
    ("[{status: [429], means: busy, wait: 1️⃣\"header:x-*\"}]", "'header:x-*' picks more than one header [D004]"),
  ])
  func `refusals`(marked: String, expected: String) { expect(\.refusals, marked, expected) }

  @Test(arguments: [
    ("{from: body:/s, done: [ok], too_large: 1️⃣x}", "'too_large' must be a mapping, not a value [D001]"),
    ("{from: body:/s, done: [ok], too_large: {1️⃣/why: x}}", "'/why' picks nothing [D004]"),
    ("{from: body:/s, done: [ok], too_large: {1️⃣status: [400]}}", "'status' picks nothing [D004]"),
  ])
  func `states`(marked: String, expected: String) { expect(\.state, marked, expected) }

  @Test(arguments: [
    ("{active: 2, submits: 1️⃣10}", "'10' is not a rate [D006]"),
    ("{active: 2, calls: 1️⃣0/s}", "'0/s' is not a rate [D006]"),
    ("{active: 2, shared: [1️⃣{active: 2}]}", "a shared limit needs 'by' [D001]"),
    ("{active: 2, shared: [{active: 2, by: 1️⃣[]}]}", "'by' is empty [D001]"),
    ("{active: 2, shared: [{active: 2, by: [1️⃣regoin]}]}", "nothing declares 'app.regoin' [D003]"),
    ("{active: 2, remaining: 1️⃣x-left}", "'x-left' picks nothing [D004]"),
    ("{active: 2, remaining: 1️⃣\"header:*\"}", "'header:*' picks more than one header [D004]"),
  ])
  func `limits`(marked: String, expected: String) { expect(\.limits, marked, expected) }

  private static let sends = #"call: {method: GET, query: {at: "${page.cursor}"}}"#

  @Test(arguments: [
    ("1️⃣{prefix: a}", "'result' needs 'kind' [D001]"), ("{kind: 1️⃣link}", "unknown result kind 'link' [D005]"),
    ("{kind: container, 1️⃣each: body:/a}", "unknown key 'each' in 'result' [D001]"),
    ("{kind: container, rights: 1️⃣wx}", "'wx' is no rights of a container's signature [D005]"),
    ("{kind: container, rights: 1️⃣ww}", "'ww' is no rights of a container's signature [D005]"),
    ("{kind: container, names: 1️⃣[]}", "'names' is empty [D001]"),
    (
      "{kind: container, names: [1️⃣devices.txt]}",
      "a name of 'names' is the same for several attempts: each would write over the other [D007]"
    ),
    (
      #"{kind: container, names: ["${task.id}"], optional: [1️⃣"${job.key}"]}"#,
      "a name of 'optional' is the same for several attempts: each would write over the other [D007]"
    ),
    (#"{kind: container, names: [1️⃣"${job.name}"]}"#, "no request sends '${job.name}' [D007]"),
    (#"{kind: container, optional: 1️⃣["${task.id}"]}"#, "'optional' stands beside 'names' [D001]"),
    (#"{kind: container, prefix: 1️⃣"${job.delivery}"}"#, "nothing declares 'job.delivery' [D003]"),
    ("1️⃣{kind: links}", "'result' needs 'each' [D001]"),
    ("{kind: links, each: body:/a, link: 1️⃣url}", "'url' is no JSON pointer [D004]"),
    ("{kind: links, each: body:/a, auth: 1️⃣bearer}", "unknown proof 'bearer' [D005]"),
    ("{kind: links, each: body:/a, hosts: [1️⃣\"https://a.example\"]}", "'https://a.example' is no host [D005]"),
    (#"{kind: links, each: body:/a, hosts: [1️⃣"*"]}"#, "'*' is no host [D005]"),
    (
      #"{kind: links, each: body:/a, call: {method: GET, path: 1️⃣"${page.number}"}}"#,
      "unknown scope 'page' in a template [D003]"
    ),
    ("1️⃣{kind: pages, \(sends)}", "'result' needs 'cursor' [D001]"),
    (
      "{kind: pages, call: 1️⃣{method: GET}, cursor: {from: header:X}}", "nothing of 'call' sends '${page.cursor}' [D003]"
    ),
    (
      #"{kind: pages, call: 1️⃣{method: GET, path: "/${page.cursor}"}, cursor: {from: header:X}}"#,
      "the first page has no '${page.cursor}', and an address or a text cannot leave it out [D003]"
    ),
    ("{kind: pages, \(sends), cursor: {from: 1️⃣\"body:\"}}", "'from' is not read while a page goes through [D004]"),
    ("{kind: pages, \(sends), cursor: {from: header:X, 1️⃣next: x}}", "unknown key 'next' in 'cursor' [D001]"),
    (
      "{kind: pages, \(sends), cursor: {from: header:X}, count: 1️⃣body:/n}",
      "'count' is told before the page is read: by a header [D004]"
    ),
    ("1️⃣{kind: answer}", "'result' needs 'call' [D001]"),
  ])
  func `results`(marked: String, expected: String) { expect(\.result, marked, expected) }

  @Test func `a service that keeps its files is given no container`() {
    expect(
      \.result, "1️⃣{kind: answer, call: {method: GET}}",
      "'${job.delivery}' is sent, and there is no container where results are fetched [D003]"
    ) {
      $0.submit = #"{method: POST, expect: [201], id: body:/id, json: {mark: "${job.mark}", to: "${job.delivery}"}}"#
    }
  }

  @Test(arguments: [
    ("{each: /*, fields: 1️⃣[]}", "'fields' must be a mapping, not a list [D001]"),
    ("{each: /*, fields: {a: 1️⃣{values: [b]}}}", "the field 'a' needs 'type' [D001]"),
    ("{each: /*, fields: {a: {type: 1️⃣string}}}", "unknown type 'string' [D005]"),
    ("{each: /*, fields: {a: {type: int, values: 1️⃣[b]}}}", "'values' are words of a text or a list [D001]"),
    ("{each: /*, fields: {a: {type: text, values: 1️⃣[]}}}", "'values' is empty [D001]"),
    ("{each: /*, fields: {a: {type: text, null: 1️⃣no}}}", "'null' must be true or false, not 'no' [D001]"),
    ("{each: /*, fields: {a: {type: text, 1️⃣size: 3}}}", "unknown key 'size' in the field 'a' [D001]"),
  ])
  func `rows`(marked: String, expected: String) { expect(\.rows, marked, expected) }
}

extension SmallService.Parts {
  fileprivate var listText: String {
    get { list ?? "" }
    set { list = newValue }
  }

  fileprivate var cancelText: String {
    get { cancel ?? "" }
    set { cancel = newValue }
  }
}
