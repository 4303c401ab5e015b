// SPDX-License-Identifier: Apache-2.0
import ExportHTTP

/// A page of List Blobs (contract.md 6.4).
struct BlobListing {
  var blobs: [ListedBlob] = []
  var nextMarker = ""

  /// `nil` for what is no listing.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains("<EnumerationResults"), text.contains("</EnumerationResults>") else { return nil }
    nextMarker = Self.element("NextMarker", in: text) ?? ""
    for part in text.split(separator: "<Blob>").dropFirst() {
      guard let end = part.range(of: "</Blob>") else { return nil }
      let blob = String(part[..<end.lowerBound])
      guard let name = Self.name(in: blob), let length = Self.element("Content-Length", in: blob).flatMap({ Int64($0) })
      else { return nil }
      func told(_ name: String) -> String? { Self.element(name, in: blob).flatMap { $0.isEmpty ? nil : $0 } }
      var listed = ListedBlob(name: name, bytes: length, md5: told("Content-MD5"))
      listed.crc64 = told("Content-CRC64")
      listed.etag = told("Etag")?.replacing("\"", with: "")
      listed.isGzip = told("Content-Encoding")?.lowercased() == "gzip"
      blobs.append(listed)
    }
  }

  private static func name(in blob: String) -> String? {
    if let encoded = blob.firstMatch(of: #/<Name Encoded="true">([^<]*)<\/Name>/#) {
      return PercentEncoding.decode(encoded.1)
    }
    return element("Name", in: blob)
  }

  /// The text of the first element of that name.
  static func element(_ name: String, in text: String) -> String? {
    guard let start = text.range(of: "<\(name)>"), let end = text[start.upperBound...].range(of: "</\(name)>") else {
      return nil
    }
    return unescaped(text[start.upperBound..<end.lowerBound])
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = String(text)
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result = result.replacing(entity, with: character)
    }
    return result
  }
}
