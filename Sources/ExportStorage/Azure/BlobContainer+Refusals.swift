// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// What storage answered to one request.
struct BlobAnswer: Sendable {
  /// How much of a refusal's body is looked at: 64 KiB.
  static let reasonLimit = 64 << 10

  var head: HTTPHead
  var body: [UInt8]
  /// As it was sent.
  var requestID: String

  init(_ head: HTTPHead, _ body: [UInt8], _ requestID: String) {
    (self.head, self.body, self.requestID) = (head, body, requestID)
  }

  /// The words with what a support case needs.
  func telling(_ words: String) -> String { "\(words) (\(head.reference(requestID)))" }
}

// What is no good answer, in the classes of stores.
extension BlobContainer {
  func refusal(_ answer: BlobAnswer) -> StoreError {
    let head = answer.head
    let text = Array(answer.body.prefix(BlobAnswer.reasonLimit))
    let code = head.header("x-ms-error-code") ?? BlobListing.element("Code", in: text) ?? "no code"
    let detail = BlobListing.element("AuthenticationErrorDetail", in: text).map { Self.firstSentence(of: $0) } ?? ""
    let message = answer.telling(
      "storage answered \(head.status) \(code.prefix(100))\(detail.isEmpty ? "" : ": \(detail)")")
    switch head.status {
    case 401, 403: return .refused(message)
    case 404:
      switch code {
      case "BlobNotFound": return .artifact("the blob is gone: \(message)")
      case "ContainerNotFound": return .never("the container is not there: \(message)")
      default: return .never(message)
      }
    case 409 where code == "ContainerBeingDeleted": return .again(message, retryAfter: nil)
    case 408, 429, 500...: return .again(message, retryAfter: head.retryAfter(now: clock()))
    default: return .never(message)
    }
  }

  /// No answer came, or none that may be used: it is asked again, as everywhere.
  func failure(_ what: String, _ error: TransportError, _ requestID: String) -> StoreError {
    .again("\(what): \(error.message) (request \(requestID))", retryAfter: nil)
  }

  /// What follows it repeats all that was signed, over many lines.
  private static func firstSentence(of detail: String) -> String {
    let line = detail.prefix { !$0.isNewline }
    let sentence = line.range(of: ". ").map { line[..<$0.lowerBound] } ?? (line.hasSuffix(".") ? line.dropLast() : line)
    let plain = sentence.unicodeScalars.filter { $0.properties.generalCategory != .control }
    return String(String(String.UnicodeScalarView(plain)).prefix(300))
  }
}
