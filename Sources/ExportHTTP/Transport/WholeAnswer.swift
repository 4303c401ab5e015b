// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers one answer where its pieces arrive, so that who waits for it is woken once.
final class WholeAnswer: HTTPClientResponseDelegate {
  /// The rest of an answer that is read no further: it costs the connection.
  private struct Enough: Error {}

  private struct State {
    var head: HTTPHead?
    var body: [UInt8] = []
    /// The body is let go by, so that the connection can be used again.
    var isSkipped = false
    var skipped = 0
  }

  /// Of a body that nobody asked for.
  static let skipLimit = 64 << 10

  private let limit: Int
  private let skips: @Sendable (HTTPHead) -> Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: the longest body, in bytes.
  ///   - skips: whether the body behind a head says nothing.
  init(limit: Int, skips: @escaping @Sendable (HTTPHead) -> Bool) { (self.limit, self.skips) = (limit, skips) }

  /// Sends a request, and waits for its whole answer. A cancelled task breaks it off.
  /// - Throws: the client's errors, `TransportError` for a body that is too long, and `CancellationError`.
  func get(
    _ request: HTTPClient.Request, by client: HTTPClient, until deadline: NIODeadline
  ) async throws -> HTTPResponse {
    try Task.checkCancellation()
    let exchange = client.execute(request: request, delegate: self, deadline: deadline)
    do {
      return try await withTaskCancellationHandler {
        try await exchange.futureResult.get()
      } onCancel: {
        exchange.cancel()
      }
    } catch is Enough {
      return answer()
    } catch let error as HTTPClientError where error == .cancelled && Task.isCancelled {
      throw CancellationError()
    }
  }

  func didReceiveHead(
    task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    let head = HTTPHead(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) })
    let isSkipped = skips(head)
    state.withLock { ($0.head, $0.isSkipped) = (head, isSkipped) }
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(task: HTTPClient.Task<HTTPResponse>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    let failure: (any Error)? = state.withLock { state in
      if state.isSkipped {
        state.skipped += part.readableBytes
        return state.skipped <= Self.skipLimit ? nil : Enough()
      }
      guard state.body.count + part.readableBytes <= limit else {
        return TransportError(.tooLarge(limit: limit), "the answer is longer than \(limit) bytes")
      }
      state.body.append(contentsOf: part.readableBytesView)
      return nil
    }
    return failure.map { task.eventLoop.makeFailedFuture($0) } ?? task.eventLoop.makeSucceededVoidFuture()
  }

  func didFinishRequest(task: HTTPClient.Task<HTTPResponse>) throws -> HTTPResponse { answer() }

  private func answer() -> HTTPResponse {
    state.withLock { state in
      defer { state.body = [] }
      return HTTPResponse(state.head ?? HTTPHead(status: 0), body: state.body)
    }
  }
}
