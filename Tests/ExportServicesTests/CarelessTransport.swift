// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A transport that makes one mistake of a client, for checks that no description fails.
final class CarelessTransport: HTTPTransport {
  enum Mistake: String, CaseIterable, Sendable {
    /// Nothing was sent, it says of every request that failed.
    case tellsUnsent
    /// Where no answer came, it makes one up.
    case makesUpSessions, makesUpTokens, makesUpAbsence
    /// A body that is cut is whole, and one that does not come is empty.
    case shortensFiles, shortensPages, takesNothingForFiles

    var sample: String {
      switch self {
      case .tellsUnsent, .shortensFiles, .makesUpAbsence, .takesNothingForFiles: "mirror"
      case .makesUpSessions, .makesUpTokens, .shortensPages: "prints"
      }
    }

    var check: String {
      switch self {
      case .tellsUnsent: "an answer that is lost says so"
      case .makesUpSessions: "a step before the task that cannot be read makes no task"
      case .makesUpTokens: "a token that cannot be read is no refusal, and nothing is sent with it"
      case .makesUpAbsence: "a task is away only when the service has said so"
      case .shortensFiles: "a file that is cut is an error, not a short file"
      case .shortensPages: "a page of a result that cannot be read is an error, not the last page"
      case .takesNothingForFiles: "a file that does not come is an error"
      }
    }

    fileprivate var madeUp: HTTPResponse? {
      let text: String? =
        switch self {
        case .makesUpSessions: #"{"session": {"key": "made-up"}}"#
        case .makesUpTokens: #"{"access_token": "made-up"}"#
        default: nil
        }
      if let text { return HTTPResponse(HTTPHead(status: 200), body: Array(text.utf8)) }
      return self == .makesUpAbsence ? HTTPResponse(HTTPHead(status: 204)) : nil
    }
  }

  private let real: any HTTPTransport
  private let mistake: Mistake

  init(_ real: any HTTPTransport, _ mistake: Mistake) { (self.real, self.mistake) = (real, mistake) }

  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    do {
      return try await real.send(request, limit: limit)
    } catch let error as TransportError {
      if mistake == .tellsUnsent { throw TransportError(.unreachable, error.message) }
      guard let madeUp = mistake.madeUp else { throw error }
      return madeUp
    }
  }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    guard [.shortensFiles, .shortensPages, .takesNothingForFiles].contains(mistake) else {
      return try await real.stream(request, consume)
    }
    do {
      return try await real.stream(request) { head, body in
        try await consume(
          head,
          ByteReader {
            do { return try await body.next() } catch is TransportError { return nil }
          })
      }
    } catch is TransportError {
      return try await consume(HTTPHead(status: 200), ByteReader { nil })
    }
  }
}
