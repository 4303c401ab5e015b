// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension JobExplanation {
  /// For machines, members sorted by name.
  var json: String {
    var members: [String: JSONValue] = [
      "app": .string(plan.apps[job.app].name), "attempts": .int(Int64(record?.attempt ?? 0)),
      "awaited_by": .array(awaitedBy.map { Self.json($0, name: "export") }), "dataset": .string(job.dataset),
      "explain": 1,
      "destination": .string(plan.destination(of: job).name), "due": .string(due.rawValue),
      "export": .string(plan.exports[job.export].name), "format": .string(job.format), "key": .string(job.key.hex),
      "label": .string(job.label), "service": .string(plan.service(of: job).name), "title": .string(title),
      "waits_for": .array(waitsFor.map { Self.json($0, name: "gate") }),
      "window": [
        "end": .string(job.window.end.description), "start": .string(job.window.start.description),
        "zone": .string(job.window.zone),
      ],
    ]
    members["also_wanted_by"] = alsoWantedBy.map { .array($0.map { .string($0.export) }) }
    if !due.advice.isEmpty { members["advice"] = .string(due.advice.joined(separator: " ")) }
    members["covers"] = content
    members["failure"] = record?.lastFailure?.json
    members["origin"] = origin.map { origin in
      .array(
        origin.places.map { part in
          [
            "column": .int(Int64(part.place.column)), "file": .string(part.place.file.name),
            "line": .int(Int64(part.place.line)), "what": .string(part.noun),
          ]
        })
    }
    if !parts.isEmpty {
      members["parts"] = .array(
        parts.map {
          ["key": .string($0.key.hex), "state": .string($0.state.rawValue), "title": .string($0.title)]
        })
    }
    members["request"] = request.map { request in
      .object(
        ["body": request.body, "method": .string(request.method), "url": .string(request.url)].compactMapValues { $0 })
    }
    members["ripe"] = ripeAfter.map { ripe in
      [
        "at": .string(job.window.end.advanced(by: ripe.delay).description),
        "because": .string(ripe.isLag ? "lag" : "ripe_after"),
      ]
    }
    members["sends"] = job.sent.map { ["end": .string($0.end), "start": .string($0.start)] }
    members["task"] = record?.task.map { .string($0) }
    members["verification"] = record?.verification?.json
    return JSONValue.object(members).canonicalText
  }

  private static func json(_ others: Others, name: String) -> JSONValue {
    [name: .string(others.name), "jobs": .int(Int64(others.count)), "open": .int(Int64(others.open))]
  }
}
