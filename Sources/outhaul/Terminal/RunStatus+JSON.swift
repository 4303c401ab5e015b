// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension RunStatus {
  /// For machines: the document of `Schemas/status.schema.json`, with every task and every gate.
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "at": .string(at.description), "due": .int(Int64(due)), "failures": .array(failures.map(Self.json)),
      "gates": .array(
        gates.map { gate in
          [
            "members": .int(Int64(gate.members)), "name": .string(gate.name), "open": .int(Int64(gate.open)),
            "waiting": .int(Int64(gate.waiting)),
          ]
        }),
      "jobs": .int(Int64(jobs)), "name": .string(run.name), "plan": .string(run.plan.description),
      "run": .string(run.id), "started": .string(run.started.description),
      "states": .object(
        Dictionary(uniqueKeysWithValues: states.map { ($0.key.rawValue, .int(Int64($0.value))) })),
      "status": 1, "tasks": .array(tasks.map(Self.json)),
    ]
    switch phase {
    case .running(let holder):
      members["phase"] = "running"
      members["process"] = .int(Int64(holder.process))
      members["host"] = holder.host.map { .string($0) }
    case .ended(let at, let outcome):
      members["phase"] = "ended"
      members["ended"] = .string(at.description)
      members["outcome"] = .string(outcome)
    case .broken: members["phase"] = "broken"
    }
    members["next_poll"] = live?.nextPoll.map { .string($0.description) }
    if let live {
      if !live.gauges.isEmpty { members["services"] = .array(live.gauges.map(\.json)) }
      if !live.spent.isEmpty { members["spent"] = .object(live.spent.mapValues { .string($0.description) }) }
      members["paused"] = .object(live.paused.mapValues { .string($0.description) })
      members["unanswered"] = .object(live.unanswered.mapValues { .string($0.description) })
    }
    if let half = forecast?.half, let most = forecast?.most {
      members["ends"] = [
        "half": .string(at.advanced(by: half.duration).description),
        "most": .string(at.advanced(by: most.duration).description), "samples": .int(Int64(forecast?.samples ?? 0)),
      ]
    }
    return .object(members)
  }

  private static func json(_ failure: RecentFailure) -> JSONValue {
    .object(
      [
        "at": .string(failure.at.description), "failure": failure.failure.json, "key": .string(failure.key.hex),
        "title": failure.title.map { .string($0) },
      ].compactMapValues { $0 })
  }

  private static func json(_ task: Task) -> JSONValue {
    .object(
      [
        "attempt": .int(Int64(task.attempt)), "since": task.since.map { .string($0.description) },
        "state": .string(task.state.rawValue), "task": task.task.map { .string($0) }, "title": .string(task.title),
      ].compactMapValues { $0 })
  }
}
