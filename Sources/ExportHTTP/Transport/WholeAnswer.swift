// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers one answer where its pieces arrive, so that who waits for it is woken once.
final class WholeAnswer: HTTPClientResponseDelegate {
  /// What is to be done with the body behind a head.
  enum Interest: Sendable {
    case all
    /// It says nothing, and is let go by, so that the connection can be used again.
    case passing
    /// It is not waited for, which costs the connection.
    case none
  }

  /// The rest of an answer is not wanted.
  private struct Enough: Error {}

  private struct State {
    var head: HTTPHead?
    var body: [UInt8] = []
    var interest = Interest.all
    var passed = 0
  }

  /// Of a body that nobody asked for.
  static let passingMost = 64 << 10

  private let limit: Int
  private let interest: @Sendable (HTTPHead) -> Interest
  private let state = Mutex(State())

  /// - Parameter limit: the longest body, in bytes.
  init(limit: Int, interest: @escaping @Sendable (HTTPHead) -> Interest) {
    (self.limit, self.interest) = (limit, interest)
  }

  /// Sends a request, and waits for its whole answer; for its head alone where no more is wanted. A cancelled task breaks
  /// it off.
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
    } catch let error as HTTPClientError where error == .deadlineExceeded {
      throw error
    } catch {
      // Nobody minds what became of a body that says nothing.
      guard state.withLock({ $0.interest == .passing }) else { throw error }
      return answer()
    }
  }

  func didReceiveHead(task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    let head = HTTPHead(head.status, head.headers)
    let interest = interest(head)
    state.withLock { ($0.head, $0.interest) = (head, interest) }
    return interest == .none
      ? task.eventLoop.makeFailedFuture(Enough()) : task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(task: HTTPClient.Task<HTTPResponse>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    let failure: (any Error)? = state.withLock { state in
      guard state.interest == .all else {
        state.passed += part.readableBytes
        return state.passed <= Self.passingMost ? nil : Enough()
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

extension HTTPHead {
  init(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
    self.init(status: Int(status.code), headers: headers.map { ($0.name, $0.value) })
  }
}
