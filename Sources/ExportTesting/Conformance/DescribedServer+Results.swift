// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

// Files, and what leads to them.
extension DescribedServer {
  func result(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let task = task(in: request) else { return absent }
    switch description.result {
    case .answer: return .answer(200, [:], Self.file(task.id))
    case .links(let rule):
      var answer = MadeAnswer(200)
      answer.put(links(rule), each: rule.each)
      return answer.reply
    case .pages(let rule):
      let (answer, file) = page(Self.page(in: request), rule)
      return .answer(200, answer.headers, file)
    case .container: return absent
    }
  }

  /// A page of a result, and its body: JSON, where that has the cursor.
  func page(_ number: Int, _ rule: PageResult) -> (head: MadeAnswer, file: [UInt8]) {
    var answer = MadeAnswer(200)
    if let count = rule.count { answer.put(.int(2), at: count) }
    if rule.cursor.isOfBody { answer.json.put(.string("page-\(number)"), at: "/conformance") }
    let end = rule.ends.filter { !$0.isEmpty }.sorted().last
    let isLast = number + 1 >= state.withLock { $0.pages }
    if let cursor = isLast ? end : "cursor-\(number + 1)" { answer.put(.string(cursor), at: rule.cursor) }
    guard rule.cursor.isOfBody else { return (answer, Self.file("page-\(number)")) }
    answer.headers["Content-Type"] = "application/json"
    return (answer, answer.json.canonicalBytes)
  }

  func links(_ rule: LinkResult) -> [JSONValue] {
    let (pages, base) = state.withLock { ($0.pages, $0.base) }
    return (0..<pages).map { number in
      var element: JSONValue = [:]
      element.put(.string("\(base)\(ConformanceLink.path)\(number)?sig=\(ConformanceCanary.link)"), at: rule.link)
      return element
    }
  }

  static func file(_ name: String) -> [UInt8] { Array("row,of\r\n1,\(name)\r\n2,\(name)\r\n".utf8) }
}
