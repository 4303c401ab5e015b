// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization

/// A transport that answers by a script, and keeps what it was sent.
final class ScriptedTransport: HTTPTransport {
  typealias Answer = @Sendable (HTTPRequest) throws -> HTTPResponse

  private let state: Mutex<(sent: [HTTPRequest], answers: [Answer])>

  init(_ answers: [Answer]) { state = Mutex(([], answers)) }

  var sent: [HTTPRequest] { state.withLock { $0.sent } }

  /// The last answer is given again and again.
  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    let answer = state.withLock { state in
      state.sent.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    return try answer(request)
  }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    let response = try await send(request, limit: .max)
    var left: [[UInt8]] = [response.body]
    return try await consume(response.head, ByteReader { left.popLast() })
  }

  static func json(_ status: Int, _ text: String, _ headers: [(name: String, value: String)] = []) -> Answer {
    { _ in HTTPResponse(HTTPHead(status: status, headers: headers), body: Array(text.utf8)) }
  }
}
