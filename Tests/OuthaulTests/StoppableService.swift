// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Glibc
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
    state: {from: body:/state, running: [busy], done: [ok], failed: [bad], cancelled: [off]}
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

  private let listener: Int32
  private let port: UInt16
  private let state = Mutex(State())
  /// This request for a task is answered only when so many were stopped.
  private let held: Int?
  private let stopsBefore: Int
  /// Of every answer.
  private let date: String?
  private let release = DispatchSemaphore(value: 0)

  var url: String { "http://127.0.0.1:\(port)" }
  var made: Int { state.withLock { $0.marks.count } }
  var stopped: Int { state.withLock { $0.off.count } }

  /// Serves while `body` runs.
  static func with<Result>(
    holds held: Int? = nil, until stops: Int = 0, date: String? = nil, _ body: (StoppableService) async throws -> Result
  ) async throws -> Result {
    let service = try StoppableService(held, stops, date)
    Thread.detachNewThread { service.accept() }
    defer {
      shutdown(service.listener, Int32(SHUT_RDWR))
      close(service.listener)
      service.release.signal()
    }
    return try await body(service)
  }

  private init(_ held: Int?, _ stopsBefore: Int, _ date: String?) throws {
    (self.held, self.stopsBefore, self.date) = (held, stopsBefore, date)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && getsockname(listener, generic, &length) == 0
      }
    }
    guard listener >= 0, isBound, listen(listener, 64) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
  }

  private func accept() {
    while case let connection = Glibc.accept(listener, nil, nil), connection >= 0 {
      Thread.detachNewThread { [self] in
        if let request = Self.read(connection) { write(answer(to: request), to: connection) }
        close(connection)
      }
    }
  }

  /// - Parameter request: its first line, and its body.
  private func answer(to request: (line: String, body: String)) -> (status: Int, body: JSONValue) {
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
        "state": .string(state.off.contains(task) ? "off" : "busy"),
      ]
    }
  }

  private static func read(_ connection: Int32) -> (line: String, body: String)? {
    var bytes: [UInt8] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
      let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
      let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
        .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
      guard bytes.count >= end.upperBound + (length ?? 0) else { continue }
      return (lines[0], String(decoding: bytes[end.upperBound...], as: UTF8.self))
    }
  }

  private func write(_ answer: (status: Int, body: JSONValue), to connection: Int32) {
    let body = Array(answer.body.canonicalText.utf8)
    let head =
      "HTTP/1.1 \(answer.status) Small\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n"
      + "Connection: close\r\n" + (date.map { "Date: \($0)\r\n" } ?? "") + "\r\n"
    let bytes = Array(head.utf8) + body
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      sent += count
    }
  }
}
