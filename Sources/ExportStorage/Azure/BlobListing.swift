// SPDX-License-Identifier: Apache-2.0
import ExportHTTP

/// A page of List Blobs (contract.md 6.4).
struct BlobListing {
  var blobs: [ListedBlob] = []
  var nextMarker = ""

  /// Reads a page, as far as blobs with such names go: of others, nothing but the name is read.
  /// `nil` for what is no listing.
  init?(_ bytes: [UInt8], of starts: NameStarts? = nil) {
    var tags = XMLTags(bytes)
    var blob: Blob?
    var opened: XMLTags.Tag?
    var (hasBegun, hasEnded) = (false, false)
    while let tag = tags.next() {
      defer { opened = tag.kind == .start ? tag : nil }
      switch tag.kind {
      case .empty: continue
      case .start:
        if tags.name(of: tag, is: "EnumerationResults") { hasBegun = true }
        guard tags.name(of: tag, is: "Blob") else { continue }
        guard blob == nil else { return nil }
        blob = Blob()
      case .end:
        if let opened, tags.haveSameName(opened, tag) {
          if blob != nil {
            switch blob?.take(opened, tag, of: tags, starts) {
            case .taken: break
            case .others:
              blob = nil
              guard tags.skip(behindEndOf: "Blob") else { return nil }
            case .unreadable, nil: return nil
            }
          } else if tags.name(of: tag, is: "NextMarker") {
            nextMarker = tags.text(before: tag)
          }
        } else if tags.name(of: tag, is: "Blob") {
          guard let listed = blob?.listed else { return nil }
          blobs.append(listed)
          blob = nil
        } else if tags.name(of: tag, is: "EnumerationResults") {
          hasEnded = true
        }
      }
    }
    guard hasBegun, hasEnded, blob == nil else { return nil }
  }

  /// The text of the first element of that name that has no children.
  static func element(_ name: StaticString, in bytes: [UInt8]) -> String? {
    var tags = XMLTags(bytes)
    var opened: XMLTags.Tag?
    while let tag = tags.next() {
      if tag.kind == .end, let opened, tags.haveSameName(opened, tag), tags.name(of: tag, is: name) {
        return tags.text(before: tag)
      }
      opened = tag.kind == .start ? tag : nil
    }
    return nil
  }
}

extension BlobListing {
  /// What was read of a blob. The first element of a name counts.
  private struct Blob {
    private var name: String?
    private var length: Int64?
    private var md5: String?
    private var crc64: String?
    private var etag: String?
    private var encoding: String?

    var listed: ListedBlob? {
      guard let name, let length else { return nil }
      var listed = ListedBlob(name: name, bytes: length, md5: md5)
      (listed.crc64, listed.etag) = (crc64, etag)
      listed.isGzip = encoding?.lowercased() == "gzip"
      return listed
    }

    enum Outcome { case taken, unreadable, others }

    mutating func take(
      _ start: XMLTags.Tag, _ end: XMLTags.Tag, of tags: XMLTags, _ starts: NameStarts?
    ) -> Outcome {
      func told() -> String? {
        let text = tags.text(before: end)
        return text.isEmpty ? nil : text
      }
      // Most of what a listing tells is not asked for, and has a name of another length.
      switch end.nameLength {
      case 4 where name == nil && tags.name(of: end, is: "Name"):
        let isEncoded = tags.attributes(of: start).contains("Encoded=\"true\"")
        if let starts, !isEncoded, tags.isPlain(before: end), !starts.begin(tags.bytes(before: end)) { return .others }
        let text = tags.text(before: end)
        name = isEncoded ? PercentEncoding.decode(text[...]) : text
        guard let name else { return .unreadable }
        if let starts, !starts.begin(Array(name.utf8)) { return .others }
      case 4 where etag == nil && tags.name(of: end, is: "Etag"): etag = told()?.filter { $0 != "\"" }
      case 11 where md5 == nil && tags.name(of: end, is: "Content-MD5"): md5 = told()
      case 13 where crc64 == nil && tags.name(of: end, is: "Content-CRC64"): crc64 = told()
      case 14 where length == nil && tags.name(of: end, is: "Content-Length"):
        length = Int64(tags.text(before: end))
        if length == nil { return .unreadable }
      case 16 where encoding == nil && tags.name(of: end, is: "Content-Encoding"): encoding = told()
      default: break
      }
      return .taken
    }
  }
}
