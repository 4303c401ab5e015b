// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Logging
import Synchronization
import Testing

@testable import ExportHTTP

/// What the log says of requests: enough to find one, and nothing that permits anything.
@Suite struct ExchangeLogTests {
  /// Keeps what is logged.
  private struct Kept: LogHandler {
    final class Lines: Sendable {
      let all = Mutex<[(message: String, metadata: Logger.Metadata)]>([])
    }

    var logLevel: Logger.Level = .debug
    var metadata: Logger.Metadata = [:]
    let lines: Lines

    subscript(metadataKey name: String) -> Logger.Metadata.Value? {
      get { metadata[name] }
      set { metadata[name] = newValue }
    }

    func log(event: LogEvent) {
      lines.all.withLock { $0.append(("\(event.message)", event.metadata ?? [:])) }
    }
  }

  private func logged(_ body: (ExchangeLog) -> Void) -> [(message: String, metadata: Logger.Metadata)] {
    let lines = Kept.Lines()
    body(ExchangeLog(Logger(label: "test", factory: { _ in Kept(lines: lines) })))
    return lines.all.withLock { $0 }
  }

  private var request: HTTPRequest {
    HTTPRequest(
      "GET", "https://a.example/b/c?sig=canary",
      headers: [("Authorization", "Bearer canary"), ("x-ms-client-request-id", "r-1")])
  }

  @Test func `a request is told with where it went, how long it took and both names of it`() {
    let head = HTTPHead(status: 200, headers: [("x-ms-request-id", "s-2"), ("Set-Cookie", "canary")])

    let lines = logged { $0.answered(request, head, after: .milliseconds(12)) }

    #expect(lines.map(\.message) == ["answered"])
    #expect(
      lines.first?.metadata == [
        "method": "GET", "host": "a.example", "path": "/b/c", "status": "200", "took_ms": "12", "request_id": "r-1",
        "there": "s-2",
      ])
  }

  @Test func `of a link that permits by its address alone nothing of the address is told`() {
    var link = request
    link.isLink = true

    let lines = logged { log in
      log.answered(link, HTTPHead(status: 200), after: .zero)
      log.failed(link, TransportError(.timedOut, "no answer in 60s"), after: .seconds(60))
    }

    #expect(lines.map { $0.metadata["path"] } == [nil, nil])
    #expect(lines.allSatisfy { $0.metadata["host"] == nil })
    #expect(lines.last?.metadata["error"] == "timedOut")
  }
}
