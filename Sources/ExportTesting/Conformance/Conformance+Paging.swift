// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var pagingChecks: [ConformanceCheck] {
    guard let list = description.list else { return [] }
    var checks: [ConformanceCheck] = []
    if list.page != nil {
      checks.append(
        ConformanceCheck("the list tells of many tasks over several pages") { bench in
          let tasks = try await Self.seven(bench).map(\.reference)

          let found = try await bench.service.poll(tasks)

          try ConformanceProblem.unless(
            Set(found.map(\.id)) == Set(tasks.map(\.id)), "of \(tasks.count) tasks it told of \(found.count)")
        })
    }
    guard [.marked, .lookalike].contains(description.traits.recovery), list.next != nil else { return checks }
    checks.append(
      ConformanceCheck("a lost task is found on the last page, and a page that fails is no end") { bench in
        let began = bench.server.state.withLock { $0.now }
        let tasks = try await Self.seven(bench)
        guard let first = list.isNewestFirst ? tasks.first : tasks.last else { return }

        let found = try await bench.service.find(bench.lookup(first.order, since: began))
        let pages = bench.server.calls.filter { $0 == .list }.count
        bench.fault(.list) { request, reply in
          DescribedServer.sent(request).contains("cursor-1") ? MadeAnswer(500).reply : reply
        }

        try ConformanceProblem.unless(found.contains { $0.id == first.reference.id }, "found \(found.map(\.id))")
        try ConformanceProblem.unless(pages == 3, "\(pages) pages were read, not 3")
        _ = try await bench.refusal("a list without its end") {
          _ = try await bench.service.find(bench.lookup(first.order, since: began))
        }
      })
    guard case .link(let next)? = list.next else { return checks }
    checks.append(
      ConformanceCheck("a next page at another host is not asked, and one that was read is not read again") { bench in
        let order = try await Self.seven(bench)[0].order
        let since = Instant(seconds: 0)
        try await ScriptedServer.with({ _ in .json(200, "{}") }) { elsewhere in
          for link in ["\(elsewhere.url)/next", "\(bench.server.state.withLock { $0.base })/same?conformance=cursor-0"]
          {
            bench.fault(.list) { _, _ in
              var answer = MadeAnswer(200)
              answer.put([], each: list.each)
              answer.put(.string(link), at: next)
              return answer.reply
            }
            _ = try await bench.refusal("a list that leads elsewhere") {
              _ = try await bench.service.find(bench.lookup(order, since: since))
            }
          }
          try ConformanceProblem.unless(elsewhere.requests.isEmpty, "another host was asked")
        }
      })
    return checks
  }

  private static func seven(_ bench: ConformanceBench) async throws -> [(reference: TaskReference, order: TaskOrder)] {
    var tasks: [(reference: TaskReference, order: TaskOrder)] = []
    for number in 1...7 { tasks.append(try await bench.made(number)) }
    return tasks
  }
}
