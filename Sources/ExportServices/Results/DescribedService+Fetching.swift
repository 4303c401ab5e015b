// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A good answer whose body is still to be read.
struct FetchedAnswer {
  var head: HTTPHead
  /// Throws `ServiceError` when it is cut.
  var body: ByteReader
  var requestID: String
}

extension DescribedService {
  /// How much of an answer is looked at for the service's reasons: 64 KiB.
  static let reasonLimit = 64 << 10

  /// Sends a request whose answer is a file, with a fresh proof once when the first is refused, and hands over the
  /// answer while it comes.
  /// - Throws: `ServiceError`, and what `consume` throws.
  func fetch(_ request: FilledRequest, _ consume: (FetchedAnswer) async throws -> Void) async throws {
    var request = request
    if !request.headers.contains(where: { $0.name.lowercased() == "accept" }) {
      request.headers.append(("Accept", "*/*"))
    }
    let requestID = RequestID.next()
    guard try await fetchOnce(request, requestID, mayRenew: true, consume) else { return }
    _ = try await fetchOnce(request, requestID, mayRenew: false, consume)
  }

  /// - Returns: whether the proof was refused, and the next will be another.
  private func fetchOnce(
    _ request: FilledRequest, _ requestID: String, mayRenew: Bool, _ consume: (FetchedAnswer) async throws -> Void
  ) async throws -> Bool {
    let proven = try await proved(request, requestID, hiding: Array(secrets.values))
    let hidden = proven.secrets + secrets.values
    do {
      return try await transport.stream(proven.request) { head, body in
        if head.status == 401, mayRenew, await proof.refused(proven) { return true }
        guard (200..<300).contains(head.status) else {
          let answer = Answer(
            HTTPResponse(head, body: try await Self.beginning(of: body)), readsXML: description.readsXML)
          throw refusal(answer, description.refusal(of: answer, .fetch), .fetch, requestID, hiding: hidden)
        }
        let reader = try await judged(head, guarded(body, requestID), requestID, hiding: hidden)
        try await consume(FetchedAnswer(head: head, body: reader, requestID: requestID))
        return false
      }
    } catch let error as TransportError {
      throw broken(error, requestID, hiding: hidden)
    }
  }

  /// There are services that refuse with status 200: where the description says so, an answer that is one short object of
  /// JSON is held against its refusals before it counts as a file.
  private func judged(
    _ head: HTTPHead, _ body: ByteReader, _ requestID: String, hiding secrets: [Secret]
  ) async throws -> ByteReader {
    guard description.refusals.contains(where: \.mayRefuseFiles) else { return body }
    var chunks: [[UInt8]] = []
    var count = 0
    var isWhole = false
    while count <= Self.reasonLimit, !isWhole {
      if let chunk = try await body.next() {
        chunks.append(chunk)
        count += chunk.count
      } else {
        isWhole = true
      }
    }
    if isWhole {
      let answer = Answer(HTTPResponse(head, body: chunks.flatMap { $0 }), readsXML: description.readsXML)
      if case .object? = answer.json, let row = description.refusal(of: answer, .fetch), row.means != .exists {
        throw refusal(answer, row, .fetch, requestID, hiding: secrets)
      }
    }
    var next = 0
    return ByteReader {
      guard next < chunks.count else { return isWhole ? nil : try await body.next() }
      next += 1
      return chunks[next - 1]
    }
  }

  /// A body that ends early is told as the service's failure.
  func guarded(_ body: ByteReader, _ requestID: String) -> ByteReader {
    ByteReader {
      do {
        return try await body.next()
      } catch let error as TransportError {
        throw broken(error, requestID, hiding: Array(secrets.values))
      }
    }
  }

  private func broken(_ error: TransportError, _ requestID: String, hiding secrets: [Secret]) -> ServiceError {
    ServiceError(
      error.errorClass,
      "\(description.traits.name): \(Redaction(secrets)(error.message)) (request \(requestID))",
      requestID: requestID, isUnreachable: !error.mayHaveArrived)
  }

  private static func beginning(of body: ByteReader) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < reasonLimit, let chunk = try await body.next() { bytes += chunk }
    return bytes
  }
}

extension Refusal {
  /// It may be that a good status is none.
  fileprivate var mayRefuseFiles: Bool {
    (verbs.isEmpty || verbs.contains(.fetch)) && (when.statuses?.contains { (200..<300).contains($0) } ?? true)
  }
}

extension FetchedFile {
  /// What is told of a file counts for its bytes as they were stored: not for those of an answer that was packed on its
  /// way.
  func asSent(_ head: HTTPHead) -> FetchedFile {
    guard let coding = head.header("Content-Encoding"), coding.lowercased() != "identity" else { return self }
    return FetchedFile(name: name, rows: rows)
  }
}
