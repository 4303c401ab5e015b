// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportRun
import Synchronization

/// Requests that were sent and that the journal does not have yet.
final class RequestLog: Sendable {
  private let records = Mutex<[RequestRecord]>([])

  func add(_ record: RequestRecord) { records.withLock { $0.append(record) } }

  /// Those since this was asked last, in the order of their ends.
  @Sendable func take() -> [RequestRecord] {
    records.withLock { records in
      defer { records = [] }
      return records
    }
  }
}

/// Notes every request on its way: nothing of a query, a header or a body.
struct RecordingTransport: HTTPTransport {
  let base: any HTTPTransport
  let log: RequestLog
  let clock: @Sendable () -> Instant

  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    let start = ContinuousClock.now
    do {
      let response = try await base.send(request, limit: limit)
      note(request, response.head, since: start)
      return response
    } catch {
      note(request, nil, error, since: start)
      throw error
    }
  }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    let start = ContinuousClock.now
    var answer: HTTPHead?
    do {
      let value = try await base.stream(request) { head, body in
        answer = head
        return try await consume(head, body)
      }
      note(request, answer, since: start)
      return value
    } catch {
      note(request, answer, error, since: start)
      throw error
    }
  }

  // MARK: Parts

  private func note(
    _ request: HTTPRequest, _ head: HTTPHead?, _ error: (any Error)? = nil, since start: ContinuousClock.Instant
  ) {
    let (took, purpose) = (ContinuousClock.now - start, RequestPurpose.present)
    let record = RequestRecord(
      at: clock().advanced(by: .zero - took), took: took, step: purpose?.step, key: purpose?.key,
      attempt: purpose?.attempt, method: request.method, url: Self.publicAddress(of: request), status: head?.status,
      requestID: RequestNames.own(request), serviceID: head.flatMap(RequestNames.there),
      error: error.flatMap(Self.words))
    log.add(record)
  }

  /// What went wrong with the exchange; what its reader threw is the reader's matter.
  private static func words(_ error: any Error) -> String? {
    (error as? TransportError)?.message ?? (error is CancellationError ? "broken off" : nil)
  }

  /// Of what its address alone permits, the host is enough.
  private static func publicAddress(of request: HTTPRequest) -> String {
    let address = publicAddress(request.url)
    guard request.isLink, let scheme = address.range(of: "://") else { return address }
    return address[..<scheme.upperBound] + address[scheme.upperBound...].prefix { $0 != "/" } + "/…"
  }

  /// Without user info, query and fragment.
  static func publicAddress(_ url: String) -> String {
    let end = url.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? url.endIndex
    let address = url[..<end]
    // Most have no user.
    guard address.utf8.contains(UInt8(ascii: "@")), let scheme = address.firstRange(of: "://") else {
      return String(address)
    }
    let authority = address[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(address) }
    return String(address[..<scheme.upperBound] + address[address.index(after: at)...])
  }
}
