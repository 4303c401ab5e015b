// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The names that both sides have for a request. What services send may be anything: what is no name is left out.
public enum RequestNames {
  /// The usual ones first.
  private static let fields = ["x-ms-request-id", "x-request-id", "request-id"]

  /// Ours, as it was sent.
  public static func own(_ request: HTTPRequest) -> String? {
    name(request.headers.first { HTTPHead.isSame($0.name, "x-ms-client-request-id") }?.value)
  }

  /// The service's.
  public static func there(_ head: HTTPHead) -> String? { name(fields.lazy.compactMap { head.header($0) }.first) }

  private static func name(_ text: String?) -> String? {
    guard let text, (1...100).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    return text
  }
}
