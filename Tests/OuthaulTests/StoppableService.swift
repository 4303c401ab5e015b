// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Synchronization

/// A small service over a socket, whose tasks run until somebody stops them. One request for a connection.
final class StoppableService: Sendable {
  static let description = #"""
    service: small
    revision: 1
    base: https://small.example
    params: {account: {required: true}}
    app_params: {app: {required: true}}
    formats: {json: json}
    limits: {active: 8}
    datasets:
      rows:
        kind: historical
        window: {unit: day, render: date, zone: UTC, end: open}
        forms: [{values: {path: rows}, json: {from: "${window.start}"}}]
    submit: {method: POST, path: /jobs, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
    poll: {method: GET, path: "/jobs/${task.id|urlpath}", first: 50ms, every: 50ms, most: 200ms}
    state: {from: body:/state, running: [busy], done: [ok], failed: [bad], cancelled: [off], progress: body:/done}
    refusals: [{status: [404], on: [poll, cancel], means: gone}]
    result: {kind: container}
    list: {method: GET, path: /jobs, each: body:/all, id: /id, created: /made}
    cancel: {method: DELETE, path: "/jobs/${task.id|urlpath}", expect: [200]}
    recover: {class: marked, mark: /mark}

    """#

  private struct State {
    var marks: [String] = []
    var off: Set<Int> = []
    var made: [String] = []
  }

  private let state = Mutex(State())
  /// This request for a task is answered only when so many were stopped.
  private let held: Int?
  private let stopsBefore: Int
  /// Of every answer.
  private let date: String?
  private let release = DispatchSemaphore(value: 0)

  let server: ScriptedServer

  var url: String { server.url }
  var made: Int { state.withLock { $0.marks.count } }
  var stopped: Int { state.withLock { $0.off.count } }

  /// Serves while `body` runs.
  static func with<Result>(
    holds held: Int? = nil, until stops: Int = 0, date: String? = nil, _ body: (StoppableService) async throws -> Result
  ) async throws -> Result {
    let service = try StoppableService(held, stops, date)
    service.server.serve { request in
      let (status, body) = service.answer(to: request)
      return .json(status, body.canonicalText, date.map { ["Date": $0] } ?? [:])
    }
    defer {
      service.server.stop()
      service.release.signal()
    }
    return try await body(service)
  }

  private init(_ held: Int?, _ stopsBefore: Int, _ date: String?) throws {
    (self.held, self.stopsBefore, self.date) = (held, stopsBefore, date)
    server = try ScriptedServer()
  }

  private func answer(to request: ScriptedServer.Request) -> (status: Int, body: JSONValue) {
    let words = request.line.split(separator: " ").map(String.init)
    guard words.count > 1 else { return (400, [:]) }
    let task = words[1].split(separator: "/").last.flatMap { Int($0) }
    switch (words[0], task) {
    case ("POST", _):
      let mark = (try? JSONValue(parsing: request.body.utf8))?["mark"]?.string ?? ""
      let number = state.withLock { state in
        state.marks.append(mark)
        state.made.append(WallClock().now.description)
        return state.marks.count
      }
      if number == held { release.wait() }
      return (201, ["id": .string("\(number)")])
    case ("DELETE", let task?):
      let stops = state.withLock { state in
        state.off.insert(task)
        return state.off.count
      }
      if stops == stopsBefore { release.signal() }
      return (200, item(task))
    case ("GET", let task?): return (200, item(task))
    default: return (200, ["all": .array((1...max(1, made)).filter { $0 <= made }.map(item))])
    }
  }

  private func item(_ task: Int) -> JSONValue {
    state.withLock { state in
      guard state.marks.indices.contains(task - 1) else { return [:] }
      return [
        "id": .string("\(task)"), "mark": .string(state.marks[task - 1]), "made": .string(state.made[task - 1]),
        "state": .string(state.off.contains(task) ? "off" : "busy"), "done": 40,
      ]
    }
  }
}
