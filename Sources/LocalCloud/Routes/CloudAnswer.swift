// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers in the forms of the services that are played.
enum CloudAnswer {
  static func response(
    _ status: Int, _ body: [UInt8], type: String?, headers: [(String, String)] = []
  ) -> Response {
    var fields = HTTPFields()
    if let type, let name = HTTPField.Name("Content-Type") { fields[name] = type }
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return Response(status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  /// JSON of the management API or of an endpoint for tokens, which nobody keeps.
  static func json(_ status: Int, _ object: Any, headers: [(String, String)] = []) -> Response {
    let data =
      (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])) ?? Data()
    let own = [
      ("x-ms-request-id", UUID().uuidString.lowercased()), ("Cache-Control", "no-store, no-cache"),
      ("Pragma", "no-cache"), ("Expires", "-1"),
    ]
    return response(status, Array(data), type: "application/json; charset=utf-8", headers: own + headers)
  }

  /// `{"error": {"code", "message"}}`
  static func error(_ status: Int, _ code: String, _ message: String, headers: [(String, String)] = []) -> Response {
    json(status, ["error": ["code": code, "message": message]], headers: headers)
  }

  static func html() -> Response {
    response(502, Array("<html><body><h1>Bad gateway</h1></body></html>".utf8), type: "text/html")
  }

  /// The head of an answer, and then the end of the connection.
  static func broken(_ status: Int) -> Response {
    Response(
      status: .init(code: status),
      body: .init(contentLength: 1000) { writer in
        try await writer.write(ByteBuffer(string: "{"))
        throw BrokenOff()
      })
  }

  private struct BrokenOff: Error {}

  /// The error of storage.
  static func storage(_ refusal: BlobRefusal, isHead: Bool, requestID: String) -> Response {
    let detail = refusal.detail.map { "<AuthenticationErrorDetail>\(escaped($0))</AuthenticationErrorDetail>" } ?? ""
    let more = refusal.more.map { "<\($0.name)>\(escaped($0.value))</\($0.name)>" }.joined()
    let text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>\(refusal.code)</Code><Message>\(escaped(refusal.message))\n"
      + "RequestId:\(requestID)\nTime:\(CloudTime.precise(CloudTime.now))</Message>\(detail)\(more)</Error>"
    let isBare = isHead || refusal.status == 304
    return response(
      refusal.status, isBare ? [] : Array(text.utf8), type: isBare ? nil : "application/xml",
      headers: [("x-ms-error-code", refusal.code)] + refusal.headers)
  }

  static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;")
  }
}
