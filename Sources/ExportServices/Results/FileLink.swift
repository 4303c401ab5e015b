// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// An element of a list of files: its address, and what the list says of it.
struct FileLink {
  /// A secret: it stands in no error.
  let url: String
  let file: FetchedFile
  /// Of the list.
  let requestID: String

  /// - Throws: `ServiceError` when the element has no address, or says what cannot be compared.
  init(_ item: JSONValue, _ rule: LinkResult, _ requestID: String) throws {
    guard let url = item.at(pointer: rule.link)?.string, !url.isEmpty else {
      throw ServiceError(
        .again, "an element of the list of files has no link (request \(requestID))", requestID: requestID)
    }
    (self.url, self.requestID) = (url, requestID)
    func told<Value>(
      _ pointer: String?, _ noun: String, _ read: (JSONValue) -> Value?
    ) throws -> Value? {
      guard let value = pointer.flatMap({ item.at(pointer: $0) }), value != .null else { return nil }
      guard let read = read(value) else {
        throw ServiceError(
          .never, "what a file's '\(noun)' says cannot be compared (request \(requestID))", requestID: requestID)
      }
      return read
    }
    file = FetchedFile(
      name: try told(rule.told.name, "name") { $0.string ?? $0.canonicalText },
      bytes: try told(rule.told.bytes, "bytes", Self.count), md5: try told(rule.told.md5, "md5", Self.md5),
      sha256: try told(rule.told.sha256, "sha256", Self.sha256), rows: try told(rule.told.rows, "rows", Self.count))
  }

  private static func count(_ value: JSONValue) -> Int64? {
    (value.int ?? value.string.flatMap { Int64($0) }).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// As Base64, from that or from hexadecimal digits.
  private static func md5(_ value: JSONValue) -> String? {
    bytes(value.string, count: 16).map { Data($0).base64EncodedString() }
  }

  private static func sha256(_ value: JSONValue) -> Digest? {
    bytes(value.string, count: 32).flatMap { Digest(bytes: $0) }
  }

  /// Hexadecimal digits or Base64, also behind the name of the sum: `sha256:…`.
  private static func bytes(_ text: String?, count: Int) -> [UInt8]? {
    guard let last = text?.split(separator: ":").last.map(String.init) else { return nil }
    if last.utf8.count == 2 * count { return Hex.decode(last) }
    guard let data = Data(base64Encoded: last), data.count == count else { return nil }
    return [UInt8](data)
  }
}
