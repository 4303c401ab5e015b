// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

// What the page is made of, for machines: members of `report.json`.

extension Coverage {
  /// Where the plan's windows stand, over all of it.
  var summary: JSONValue {
    let statuses = totals.map { ($0.key.word, JSONValue.int(Int64($0.value))) }
    return ["missing": .int(Int64(missing)), "statuses": .object(Dictionary(uniqueKeysWithValues: statuses))]
  }

  /// One series: its windows, those that follow one another and stand alike as one.
  func json(of one: Series) -> JSONValue {
    let spans = spans(of: one).map { span -> JSONValue in
      [
        "first": .string(span.first.label), "last": .string(span.last.label), "status": .string(span.status.word),
        "windows": .int(Int64(span.windows)),
      ]
    }
    return [
      "app": .string(one.app), "dataset": .string(one.dataset), "export": .string(one.export),
      "format": .string(one.format), "missing": .int(Int64(one.missing)), "spans": .array(spans),
    ]
  }
}

extension LimitsUsed {
  var json: JSONValue { ["live": live.json, "services": .array(services.map(\.json))] }
}

extension LimitsUsed.Service {
  fileprivate var json: JSONValue {
    .object(
      [
        "apps": .array(apps.map(\.json)), "calls": calls?.json, "exports": .array(exports.map(\.json)),
        "live": live.json, "lowered": lowered?.json, "submits": submits.json,
      ].compactMapValues { $0 })
  }
}

extension LimitsUsed.Lowered {
  fileprivate var json: JSONValue { ["active": .int(Int64(active)), "at": .string(at.description)] }
}

extension LimitsUsed.Use {
  fileprivate var json: JSONValue {
    .object(
      [
        "average": .double((average * 1000).rounded() / 1000), "limit": limit.map { .int(Int64($0)) },
        "most": .int(Int64(most)), "most_at": .string(mostAt.description), "name": .string(name),
      ].compactMapValues { $0 })
  }
}

extension LimitsUsed.Rate {
  fileprivate var json: JSONValue {
    .object(["limit": limit.map { .double($0) }, "most": .int(Int64(most))].compactMapValues { $0 })
  }
}

extension Setbacks {
  /// Spans without a setback are left out.
  /// - Parameter start: of the run.
  func json(from start: Instant) -> JSONValue {
    let told = spans.enumerated().filter { !$0.element.isEmpty }.map { index, causes -> JSONValue in
      let counts = causes.map { ($0.key.rawValue, JSONValue.int(Int64($0.value))) }
      return [
        "at": .string(start.advanced(by: width * index).description),
        "causes": .object(Dictionary(uniqueKeysWithValues: counts)),
      ]
    }
    let sums = totals.map { total -> JSONValue in
      ["cause": .string(total.cause.rawValue), "count": .int(Int64(total.count))]
    }
    return ["milliseconds": .int(width.milliseconds), "spans": .array(told), "totals": .array(sums)]
  }
}

extension GivenUp {
  var json: JSONValue { ["failures": .array(groups.map(\.json)), "jobs": .int(Int64(count)), "why": .string(why)] }
}

extension FailureGroup {
  /// Jobs that are named of each kind.
  private static let named = 5

  var json: JSONValue {
    [
      "advice": .string(RunReport.advice(cause)), "cause": .string(cause.rawValue), "jobs": .int(Int64(count)),
      "kinds": .array(
        kinds.map { kind in
          [
            "first": .array(kind.jobs.prefix(Self.named).map { .string($0.title) }),
            "jobs": .int(Int64(kind.jobs.count)), "message": .string(kind.message),
            "retried": .int(Int64(kind.retried)),
          ]
        }),
      "retried": .int(Int64(retried)),
    ]
  }
}
