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
    MarkedDescription.expect(text, expected, sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("{each: /*, above: 1️⃣{device: {type: guid}}}", "no object stands above rows at '/*' [D001]"),
    ("{each: /*/events/*, above: {device: {type: 1️⃣uuid}}}", "unknown type 'uuid' [D005]"),
  ])
  func `each mistake in rows is told`(_ rows: String, _ expected: String) { expect(\.rows, rows, expected) }

  @Test(arguments: [
    ("{class: 1️⃣mark, mark: /mark}", "unknown recovery class 'mark' [D005]"),
    ("1️⃣{mark: /mark}", "'recover' needs 'class' [D001]"),
    ("1️⃣{class: marked}", "'recover' needs 'mark' [D001]"),
    ("{class: marked, mark: 1️⃣m}", "'m' is no JSON pointer [D004]"),
    ("{class: marked, mark: 1️⃣/*/m}", "'/*/m' points at every element [D004]"),
    ("{class: marked, mark: 1️⃣/m~2}", "'/m~2' is no JSON pointer [D004]"),
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
    expect(\.submit, "{method: POST, expect: [201], id: 1️⃣body:id}", "'body:id' picks nothing [D004]") {
      $0.recover = "{class: blind}"
    }
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
    ("{method: GET, each: body:/a, id: 1️⃣/*/id}", "'/*/id' points at every element [D004]"),
    (
      "{method: GET, each: body:/a, id: /id, page: 1️⃣9223372036854775807}",
      "'9223372036854775807' is more than 1000000 for 'page' [D006]"
    ),
    ("{method: GET, each: body:/a, id: /id, page: 1️⃣0}", "'0' is not a whole number for 'page' [D006]"),
    (
      "{method: GET, each: body:/a, id: /id, newest_first: 1️⃣maybe}",
      "'newest_first' must be true or false, not 'maybe' [D001]"
    ),
    ("{method: GET, each: 1️⃣header:X, id: /id}", "'header:X' picks no list [D004]"),
    ("{method: GET, each: body:/a, next: 1️⃣{pick: body:/n}, id: /id}", "'next' needs 'into' [D001]"),
    (
      "{method: GET, each: body:/a, next: {pick: body:/n, into: 1️⃣header.X}, id: /id}",
      "'header.X' names no part of a request [D001]"
    ),
    (
      "{method: GET, each: body:/a, next: {pick: body:/n, into: 1️⃣json.t}, id: /id}",
      "'json.t' names a part that the request does not have [D009]"
    ),
    (
      "{method: POST, json: {a: b}, each: body:/a, next: {pick: body:/n, into: 1️⃣form.t}, id: /id}",
      "'form.t' names a part that the request does not have [D009]"
    ),
    ("{method: GET, each: body:/a, id: /id, 1️⃣pages: 3}", "unknown key 'pages' in 'list' [D001]"),
    ("{method: GET, path: \"/1️⃣${task.id}\", each: body:/a, id: /id}", "unknown scope 'task' in a template [D003]"),
    ("{method: GET, path: \"/1️⃣${job.name}\", each: body:/a, id: /id}", "unknown scope 'job' in a template [D003]"),
  ])
  func `list`(marked: String, expected: String) {
    expect(\.listText, marked, expected)
  }

  @Test func `a list cannot tell of tasks whose state is a status`() {
    expect(
      \.listText, "1️⃣{method: GET, each: body:/a, id: /id, page: 5}",
      "'page' looks at tasks by their list, and 'state' is not read from the body [D012]"
    ) { $0.state = "{from: \"status:\", running: [202], done: [200]}" }
  }

  @Test(arguments: [
    ("1️⃣{method: DELETE}", "'cancel' needs 'expect' [D001]"),
    ("{method: DELETE, expect: [1️⃣no]}", "'no' is not a whole number for 'expect' [D006]"),
    ("{method: DELETE, expect: 1️⃣[]}", "'expect' is empty [D001]"),
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
    ("[{when: {status: 1️⃣[]}, means: busy}]", "'status' is empty [D001]"),
    ("[{status: 1️⃣[], means: busy}]", "'status' is empty [D001]"),
    ("[{status: [1️⃣600], means: busy}]", "'600' is no status of HTTP for 'status' [D006]"),
    ("[{status: [429], on: 1️⃣[], means: busy}]", "'on' is empty [D001]"),
    ("[{status: [429], means: busy, wait: 1️⃣header:Retry After}]", "'header:Retry After' picks nothing [D004]"),
    ("[{when: {1️⃣body:/co~de: x}, means: busy}]", "'body:/co~de' picks nothing [D004]"),
    ("[{status: [429], on: [1️⃣stop], means: busy}]", "unknown request 'stop' [D005]"),
    ("[{status: [429], means: busy, wait: 1️⃣\"header:x-*\"}]", "'header:x-*' picks more than one header [D004]"),
  ])
  func `refusals`(marked: String, expected: String) { expect(\.refusals, marked, expected) }

  // MARK: Submits

  private static let made = "{from: body:/state, made: [new], done: [ok], failed: [bad]}"
  private static let making = #"{method: POST, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}"#

  @Test(arguments: [
    ("1️⃣[]", "'submit' is empty [D001]"),
    ("1️⃣[{method: POST, expect: [200]}]", "'submit' needs 'id' [D001]"),
    ("[\(making), 1️⃣{method: POST, expect: [200], id: body:/id}]", "a second step has 'id' [D008]"),
    (
      "[1️⃣{method: POST, expect: [200], take: {a: body:/a}}, \(making)]", "no later step names 'step.a' [D008]"
    ),
    (
      #"[{method: POST, path: "/1️⃣${step.a}", expect: [200], take: {a: body:/a}}, {method: POST, path: "/${step.a}", expect: [201], id: body:/id}]"#,
      "nothing declares 'step.a' [D003]"
    ),
    (
      #"[1️⃣{method: POST, path: "/${task.id}", expect: [200]}, \#(making)]"#,
      "a step names the task before there is one [D008]"
    ),
    (
      #"[\#(making), 1️⃣{method: POST, path: "/${task.id}", json: {a: "${window.start}"}, expect: [200]}]"#,
      "a step after the task is made names 'window.start' [D008]"
    ),
    (
      #"[\#(making), 1️⃣{method: POST, path: "/${option.size}", expect: [200]}]"#,
      "a step after the task is made names 'option.size' [D008]"
    ),
    (
      "[\(making), {method: POST, expect: [200], 1️⃣takes: {a: body:/a}}]",
      "unknown key 'takes' in a step of 'submit' [D001]"
    ),
    ("{method: POST, expect: [201], id: body:/id, 1️⃣take: {a: body:/a}}", "unknown key 'take' in 'submit' [D001]"),
    ("{method: POST, expect: [201], id: 1️⃣[]}", "'id' is an empty list [D001]"),
    ("{method: POST, expect: [201], id: 1️⃣{from: header:Location}}", "'id' needs 'last' [D001]"),
    ("{method: POST, expect: [201], id: 1️⃣body:/a/*}", "'body:/a/*' picks every element [D004]"),
    ("{method: 1️⃣POTS, expect: [201], id: body:/id}", "unknown method 'POTS' [D005]"),
    ("1️⃣{method: POST, expect: [201], id: body:/id, json: {a: b}, text: c}", "a request has one body [D001]"),
    ("{method: POST, path: /a, url: 1️⃣/b, expect: [201], id: body:/id}", "'url' stands in place of 'path' [D001]"),
    ("{method: POST, path: 1️⃣jobs, expect: [201], id: body:/id}", "a path begins with '/' [D002]"),
    (
      #"{method: POST, path: 1️⃣"${app.app}/v1", expect: [201], id: body:/id}"#,
      "a path begins with '/', not with a value: that could lead to another host [D002]"
    ), ("{method: POST, expect: 1️⃣[], id: body:/id}", "'expect' is empty [D001]"),
    ("{method: POST, expect: [1️⃣9999], id: body:/id}", "'9999' is no status of HTTP for 'expect' [D006]"),
    (
      #"{method: POST, expect: [201], id: body:/id, json: {a: {1️⃣"${app.app}": 1}}}"#,
      "'${app.app}' is a name, which is sent as it is: its hole would not be filled [D002]"
    ),
    (
      #"{method: POST, expect: [201], id: body:/id, form: {1️⃣"x${app.app}": 1}}"#,
      "'x${app.app}' is a name, which is sent as it is: its hole would not be filled [D002]"
    ),
    ("{method: POST, headers: {1️⃣X Key: a}, expect: [201], id: body:/id}", "'X Key' is no name of a header [D011]"),
    (
      "{method: POST, headers: {1️⃣Host: a}, expect: [201], id: body:/id}",
      "the header 'Host' is set by the program [D011]"
    ),
    (
      "{method: POST, headers: {X-A: a, 1️⃣x-a: b}, expect: [201], id: body:/id}",
      "the header 'x-a' is given twice [D011]"
    ),
    (
      "{method: POST, headers: {X-A: 1️⃣\"a\\nb\"}, expect: [201], id: body:/id}",
      "the value of the header 'X-A' holds a line break or another control character [D011]"
    ),
    (
      "1️⃣{method: POST, expect: [201], id: body:/id, xml: <a/>}",
      "a form of 'rows' adds members to a body that takes none [D009]"
    ),
  ])
  func `submit`(marked: String, expected: String) {
    expect(\.submit, marked, expected) {
      if marked.contains("after") || marked.contains("\(Self.making), ") { $0.state = Self.made }
    }
  }

  @Test func `steps and the state of a task that is made come together`() {
    expect(
      \.state, "1️⃣{from: body:/state, done: [ok]}", "'state' needs 'made' for the steps after the task is made [D008]"
    ) {
      $0.submit = #"[\#(Self.making), {method: POST, path: "/${task.id}", expect: [200]}]"#
    }
    expect(
      \.state, "1️⃣{from: body:/state, made: [new], done: [ok]}", "'made' has no steps that set the task going [D008]")
    expect(
      \.submit, #"1️⃣[{method: POST, expect: [200]}, {method: POST, expect: [200]}]"#,
      "no step sends the task's name [D008]"
    ) { $0.recover = #"{class: named, id: "${job.name}"}"# }
    expect(
      \.submit,
      #"[{method: POST, path: "/${job.name}", expect: [200]}, 1️⃣{method: PUT, path: "/${job.name}", expect: [200]}]"#,
      "several steps send the task's name [D008]"
    ) { $0.recover = #"{class: named, id: "${job.name}"}"# }
    expect(\.poll, "1️⃣{method: GET, path: /jobs, every: 5s}", "'poll' does not ask for the task by its name [D007]") {
      $0.submit = #"{method: PUT, path: "/${job.name}", expect: [200]}"#
      $0.recover = #"{class: named, id: "${job.name}"}"#
    }
    expect(
      \.submit, #"[\#(Self.making), 1️⃣{method: POST, path: "/${task.id}/${dataset.path}", expect: [200]}]"#,
      "a step after the task is made names 'dataset.path', of which 'rows' has several [D008]"
    ) {
      $0.state = Self.made
      $0.form = "{when: size, values: {path: a}}, {values: {path: b}}"
    }
  }

  // MARK: Secrets

  @Test(arguments: [
    (#"{method: GET, path: "/1️⃣${secret.key}/${task.id}", every: 5s}"#, "a secret cannot stand in a URL [D010]"),
    (#"{method: GET, url: "/1️⃣${secret.key}/${task.id}", every: 5s}"#, "a secret cannot stand in a URL [D010]"),
    (
      #"{method: GET, path: "/${task.id}", query: {a: "b1️⃣${secret.key}"}, every: 5s}"#,
      "a secret cannot stand in a URL [D010]"
    ),
    (
      #"{method: GET, path: "/${task.id}", headers: {a: "1️⃣${secret.kye}"}, every: 5s}"#,
      "nothing declares 'secret.kye' [D003]"
    ),
  ])
  func `secrets in requests`(marked: String, expected: String) {
    expect(\.poll, marked, expected) { $0.more = "secrets: {key: {about: a key}}" }
  }

  @Test func `secrets elsewhere`() {
    expect(\.result, #"{kind: container, prefix: "1️⃣${secret.key}/"}"#, "unknown scope 'secret' in a template [D003]")
    let problems = ServiceDescription.load(
      SourceFile(
        name: "s.yaml",
        text: SmallService.text {
          $0.more = "secrets: {key: {about: a key}}\nroot: \"/${secret.key}\""
          $0.recover = #"{class: marked, mark: /m, value: "${job.mark}${secret.key}"}"#
        })
    ).diagnostics.text()
    #expect(problems.contains("error: a secret cannot stand in a URL [D010]"), "\(problems)")
    #expect(problems.contains("error: a secret cannot stand here [D010]"), "\(problems)")
    #expect(problems.contains("use auth: {kind: key-query}"), "\(problems)")
  }

  // MARK: The whole

  @Test(arguments: [
    ("docs: 1️⃣manual", "'manual' is no URL [D001]"), ("retired: 1️⃣soon", "'soon' is no day [D006]"),
    ("retired: 1️⃣2018-02-30", "'2018-02-30' is no day [D006]"), ("keeps: {job: 1️⃣30}", "'30' is not a duration [D006]"),
    ("keeps: {1️⃣jobs: 30d}", "unknown key 'jobs' in 'keeps' [D001]"),
    ("tidy: 1️⃣{method: DELETE}", "'tidy' needs 'expect' [D001]"),
    ("tidy: {method: DELETE, path: \"/1️⃣${job.name}\", expect: [204]}", "unknown scope 'job' in a template [D003]"),
  ])
  func `the whole`(marked: String, expected: String) { expect(\.more, marked, expected) }

  @Test(arguments: [
    "http://small.example", "small.example", "https://small.example/", "https://small.example?a=b",
    "https://a@small.example",
    "ftp://small.example", "https://", "http://localhost.evil.example", "https://small .example",
  ])
  func `a base that requests cannot go to`(base: String) {
    let text = SmallService.text().replacing("base: \(SmallService.base)", with: "base: \"\(base)\"")

    let problems = ServiceDescription.load(SourceFile(name: "s.yaml", text: text)).diagnostics.text()

    #expect(problems.contains("s.yaml:3:7: error: '\(base)' is no base for requests [D001]"), "\(problems)")
  }

  @Test(arguments: [
    ("${app.region}", "nothing declares 'app.region' [D003]"),
    ("${secret.key}", "a secret cannot stand in a URL [D010]"),
    ("${job.name}", "unknown scope 'job' in a template [D003]"),
    ("${param.acount}", "nothing declares 'param.acount' [D003]"),
    ("${param.account}", "there may be no 'param.account', and an address cannot leave it out [D013]"),
  ])
  func `a base names parameters of the service alone`(hole: String, expected: String) {
    let text = SmallService.text { $0.more = "secrets: {key: {about: a key}}" }
      .replacing("base: \(SmallService.base)", with: "base: \"https://\(hole).example\"")

    MarkedDescription.expect(text.replacing("https://${", with: "https://1️⃣${"), expected)
  }

  @Test func `every mistake is told at once`() {
    let text = SmallService.text {
      $0.poll = #"{method: GTE, path: "/${task.id|upcase}/${param.acount}", every: 5}"#
      $0.state = "{from: bdy:/state, done: [ok], failed: [ok]}"
      $0.list = "{method: GET, each: header:X, next: {pick: body:/n, into: json.t}, id: id}"
    }

    let codes = ServiceDescription.load(SourceFile(name: "s.yaml", text: text)).diagnostics.all.map(\.code)

    #expect(codes.sorted() == ["D001", "D002", "D004", "D004", "D004", "D005", "D005", "D006", "D009"])
  }

  @Test(arguments: [
    ("1️⃣{from: body:/s, rules: [{when: {body:/u: present}, is: running}]}", "'state' needs 'done' [D001]"),
    ("1️⃣{done: [ok]}", "'state' needs 'from' [D001]"),
    (
      "1️⃣{rules: [{when: {body:/u: present}, is: done}], failed: [bad]}",
      "'state' has words and no 'from' that says where they stand [D001]"
    ),
    ("{from: body:/s, done: [ok], rules: 1️⃣[]}", "'rules' is empty [D001]"),
    ("{from: body:/s, done: [ok], queued: 1️⃣[]}", "'queued' is empty [D001]"),
    (
      "{from: body:/s, done: [ok], rules: [{when: {body:/a: present}, is: failed}, 1️⃣{when: {body:/a: [x]}, is: running}]}",
      "a rule is never reached: those before it take all of its answers [D014]"
    ), ("{from: 1️⃣body:/sta~2te, done: [ok]}", "'body:/sta~2te' picks nothing [D004]"),
    ("{from: body:/s, done: [ok], progress: 1️⃣/p}", "'/p' picks nothing [D004]"),
    ("{from: body:/s, done: [ok], rules: [{when: {status: [202]}, is: 1️⃣runing}]}", "unknown class 'runing' [D005]"),
    ("{from: body:/s, done: [ok], rules: [1️⃣{is: done}]}", "a rule needs 'when' [D001]"),
    ("{from: body:/s, done: [ok], expired: 1️⃣[ok]}", "the state 'ok' is already 'done' [D005]"),
    ("{from: 1️⃣body:/s/*, done: [ok]}", "'body:/s/*' picks every element [D004]"),
    ("{from: 1️⃣xml:s, done: [ok]}", "'xml:s' picks nothing [D004]"),
    ("{from: body:/s, done: [ok], too_large: 1️⃣x}", "'too_large' must be a mapping, not a value [D001]"),
    ("{from: body:/s, done: [ok], too_large: {1️⃣/why: x}}", "'/why' picks nothing [D004]"),
    ("{from: body:/s, done: [ok], too_large: {1️⃣status: [400]}}", "'status' picks nothing [D004]"),
  ])
  func `states`(marked: String, expected: String) { expect(\.state, marked, expected) }

  @Test(arguments: [
    ("{active: 2, submits: 1️⃣10}", "'10' is not a rate [D006]"),
    ("{active: 1️⃣9223372036854775807}", "'9223372036854775807' is more than 1000000 for 'active' [D006]"),
    ("{active: 2, active_per_app: 1️⃣1000001}", "'1000001' is more than 1000000 for 'active_per_app' [D006]"),
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
    (#"{kind: container, prefix: "1️⃣${job.delivery}"}"#, "nothing declares 'job.delivery' [D003]"),
    ("1️⃣{kind: links}", "'result' needs 'each' [D001]"),
    ("{kind: links, each: body:/a, link: 1️⃣url}", "'url' is no JSON pointer [D004]"),
    ("{kind: links, each: body:/a, auth: 1️⃣bearer}", "unknown proof 'bearer' [D005]"),
    ("{kind: links, each: body:/a, hosts: [1️⃣\"https://a.example\"]}", "'https://a.example' is no host [D005]"),
    (#"{kind: links, each: body:/a, hosts: [1️⃣"*"]}"#, "'*' is no host [D005]"),
    (
      #"{kind: links, each: body:/a, call: {method: GET, path: "1️⃣${page.number}"}}"#,
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
    ("{kind: pages, \(sends), cursor: {from: 1️⃣\"status:\"}}", "'from' is not read while a page goes through [D004]"),
    (
      #"{kind: container, names: ["${job.name}-1️⃣${option.size}"]}"#,
      "a job of 'rows' may have no 'option.size', and a name of files cannot leave it out [D013]"
    ),
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
    ("{each: 1️⃣rows}", "'rows' is no JSON pointer [D004]"),
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
