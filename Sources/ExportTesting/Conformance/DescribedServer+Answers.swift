// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices

// What is answered when nothing goes wrong.
extension DescribedServer {
  func answer(_ call: Call, _ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    switch call {
    case .prepare(let index): prepared(description.submit.preparing[index])
    case .make: made(request)
    case .finish(let index): finished(description.submit.finishing[index], request)
    case .poll: task(in: request).map { polled($0) } ?? absent
    case .list: listed(request)
    case .current: current
    case .cancel: stopped(request)
    case .tidy: tidied(request)
    case .result: result(request)
    case .link: .answer(200, [:], Self.file(request.target))
    case .token: .json(200, #"{"access_token":"\#(ConformanceCanary.token)","token_type":"Bearer","expires_in":3600}"#)
    }
  }

  var absent: ScriptedServer.Reply { MadeAnswer(404).reply }

  private func prepared(_ step: SubmitRule.Step) -> ScriptedServer.Reply {
    var answer = MadeAnswer(step.statuses.min() ?? 200)
    for (name, pick) in step.take { answer.put(.string("taken-\(name)"), at: pick) }
    return answer.reply
  }

  // MARK: Making

  private func made(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    let sent = Self.sent(request)
    let (id, isKnown) = state.withLock { state -> (String, Bool) in
      let expected = state.expected.first { $0.texts.contains { sent.contains($0) } }
      let token = expected?.texts.first { sent.contains($0) }
      switch description.recovery {
      case .named, .token: if let token, let known = state.taskOfToken[token] { return (known, true) }
      case .marked, .single, .lookalike, .blind: break
      }
      var id = "task-\(1000 + state.tasks.count)-x"
      if case .named = description.recovery, let token { id = token }
      state.now = state.now.advanced(by: .seconds(1))
      let echoes = expected?.echoes ?? state.expected.last { $0.texts.isEmpty }?.echoes ?? [:]
      state.tasks.append(
        Task(
          id: id, state: state.first, created: state.now, echoed: echoes,
          isStarted: description.submit.finishing.isEmpty))
      if let token { state.taskOfToken[token] = id }
      return (id, false)
    }
    if isKnown, let refusal = description.refusals.first(where: { $0.means == .exists }) {
      var answer = MadeAnswer(refusal.when.statuses?.min() ?? 409)
      answer.satisfy(refusal.when)
      return answer.reply
    }
    var answer = MadeAnswer(description.submit.making.statuses.min() ?? 200)
    for (name, pick) in description.submit.making.take { answer.put(.string("taken-\(name)"), at: pick) }
    if let source = description.submit.id?.sources.first {
      answer.put(.string(source.isLastStep ? "/tasks/\(id)" : id), at: source.pick)
    }
    return answer.reply
  }

  private func finished(_ step: SubmitRule.Step, _ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let task = task(in: request) else { return absent }
    let next = description.states(of: .queued).first ?? description.states(of: .running).first
    change(task.id) { task in
      task.isStarted = true
      if let next { task.state = next }
    }
    return MadeAnswer(step.statuses.min() ?? 200).reply
  }

  // MARK: Showing

  /// What is told of a task, by itself.
  func item(_ task: Task) -> MadeAnswer {
    var answer = MadeAnswer(200)
    for pick in description.facts.values { answer.put(.string(task.created.description), at: pick) }
    switch task.state {
    case .word(let word): if let from = description.state.from { answer.put(.string(word), at: from) }
    case .like(let condition): answer.satisfy(condition)
    }
    if let reason = description.state.reason { answer.put(.string(task.reason), at: reason) }
    var members = task.echoed
    if let list = description.list {
      members[list.id] = .string(task.id)
      if let created = list.created { members[created] = .string(task.created.description) }
    }
    if case .single(let current?, _) = description.recovery {
      members[current.id] = .string(task.id)
      members[current.created] = .string(task.created.description)
    }
    for (pointer, value) in members { answer.putMember(value, at: pointer, root: itemRoot) }
    return answer
  }

  /// The element that an item of XML is.
  private var itemRoot: String? {
    if case .xml(let path)? = description.list?.each { return path.last }
    if case .xml(let path)? = description.state.from { return path.first }
    return nil
  }

  private func polled(_ task: Task) -> ScriptedServer.Reply { around(item(task)).reply }

  /// An answer about one task.
  private func around(_ item: MadeAnswer) -> MadeAnswer {
    guard let pick = description.pollTask else { return withLinks(item) }
    var answer = MadeAnswer(item.status)
    answer.headers = item.headers
    answer.put(item.inner(itemRoot), at: pick)
    return withLinks(answer)
  }

  private func withLinks(_ answer: MadeAnswer) -> MadeAnswer {
    guard case .links(let rule) = description.result, rule.call == nil else { return answer }
    var answer = answer
    answer.put(links(rule), each: rule.each)
    return answer
  }

  private func listed(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let rule = description.list else { return absent }
    let (tasks, size) = state.withLock { ($0.tasks, $0.pageSize) }
    let ordered = rule.isNewestFirst ? tasks.reversed() : tasks
    let number = Self.page(in: request)
    let page = ordered.dropFirst(number * size).prefix(size)
    var answer = MadeAnswer(200)
    answer.put(page.map { item($0).inner(itemRoot) }, each: rule.each)
    let hasMore = ordered.count > (number + 1) * size
    switch rule.next {
    case .link(let pick)?:
      if hasMore { answer.put(.string(Self.address(ofPage: number + 1, request)), at: pick) }
    case .cursor(let pick, _, let ends)?:
      if hasMore {
        answer.put(.string("cursor-\(number + 1)"), at: pick)
      } else if let end = ends.sorted().last {
        answer.put(.string(end), at: pick)
      }
    case nil: answer.put(ordered.map { item($0).inner(itemRoot) }, each: rule.each)
    }
    return answer.reply
  }

  private var current: ScriptedServer.Reply {
    guard case .single(let rule?, _) = description.recovery else { return absent }
    let task = state.withLock { $0.tasks.last }
    guard let pick = rule.task else { return task.map { item($0).reply } ?? absent }
    var answer = MadeAnswer(200)
    answer.put(task.map { item($0).inner(itemRoot) } ?? .null, at: pick)
    return answer.reply
  }

  // MARK: Ending

  private func stopped(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let task = task(in: request) else { return absent }
    if let cancelled = description.states(of: .cancelled).first { change(task.id) { $0.state = cancelled } }
    return MadeAnswer(description.cancel?.statuses.min() ?? 200).reply
  }

  private func tidied(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let task = task(in: request) else { return absent }
    state.withLock { $0.tasks.removeAll { $0.id == task.id } }
    return MadeAnswer(description.tidy?.statuses.min() ?? 200).reply
  }

  // MARK: Reading requests

  /// Everything of a request in which a text may stand.
  static func sent(_ request: ScriptedServer.Request) -> String {
    let fields = request.fields.values.joined(separator: "\n")
    let target = PercentEncoding.decode(request.target) ?? request.target
    let form = PercentEncoding.decode(request.body) ?? ""
    return "\(target)\n\(fields)\n\(request.body)\n\(form)"
  }

  func task(in request: ScriptedServer.Request) -> Task? {
    let sent = Self.sent(request)
    return state.withLock { state in state.tasks.first { sent.contains($0.id) } }
  }

  func change(_ id: String, _ body: (inout Task) -> Void) {
    state.withLock { state in
      guard let index = state.tasks.firstIndex(where: { $0.id == id }) else { return }
      body(&state.tasks[index])
    }
  }

  static func page(in request: ScriptedServer.Request) -> Int {
    sent(request).firstMatch(of: #/cursor-([0-9]+)/#).flatMap { Int($0.1) } ?? 0
  }

  private static func address(ofPage number: Int, _ request: ScriptedServer.Request) -> String {
    let target = request.target.replacing(#/[?&]conformance=cursor-[0-9]+/#, with: "")
    let sign = target.contains("?") ? "&" : "?"
    return "http://\(request.fields["host"] ?? "127.0.0.1")\(target)\(sign)conformance=cursor-\(number)"
  }
}
