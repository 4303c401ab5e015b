// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  /// What is no result, and no file of one.
  var resultAnswerChecks: [ConformanceCheck] {
    switch description.result {
    case .container: []
    case .links(let rule): [Self.listed(rule)]
    case .pages(let rule): [Self.paged(rule)]
    case .answer: [Self.answered]
    }
  }

  /// What cannot be read is not an empty list: the task would be told to have left no files.
  private static func listed(_ rule: LinkResult) -> ConformanceCheck {
    ConformanceCheck("a list of files that cannot be read is an error") { bench in
      try await bench.oddly(rule.call == nil ? .poll : .result, good: 200) { oddity, task, order in
        bench.finish(task)
        _ = try await bench.refusal(of: oddity) { try await bench.ask(.fetch, nil, task, order) }
      }
    }
  }

  /// What says how it goes on is read in every page; where a header says it, a page of HTML has none and is none.
  private static func paged(_ rule: PageResult) -> ConformanceCheck {
    ConformanceCheck("a page of a result that cannot be read is an error, not the last page") { bench in
      try await bench.oddly(.result, good: 200) { oddity, task, order in
        bench.finish(task)
        let isHTML = oddity.what.hasPrefix("a page of HTML")
        let isHalf = rule.cursor.isOfBody && oddity.what == "half a JSON"
        guard isHTML || isHalf || oddity.status == nil else { return }
        _ = try await bench.refusal(of: oddity) { try await bench.ask(.fetch, nil, task, order) }
      }
    }
  }

  /// Any body may be the file, which its verification judges; what is no answer is none.
  private static let answered = ConformanceCheck("a file that does not come is an error") { bench in
    try await bench.oddly(.result, good: 200) { oddity, task, order in
      bench.finish(task)
      guard oddity.status == nil || oddity.status == 502 else { return }
      _ = try await bench.refusal(of: oddity) { try await bench.ask(.fetch, nil, task, order) }
    }
  }
}
