// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird

// Lists of containers and of blobs, page by page.
extension BlobRoutes {
  /// A page as it is asked for.
  private struct Page {
    static let most = 5000

    var prefix, delimiter: String
    var limit: Int
    /// The name that the page begins with.
    var start: String
    var withMetadata: Bool

    init(_ query: CloudQuery) throws {
      (prefix, delimiter) = (query.text("prefix"), query.text("delimiter"))
      let text = query.text("maxresults")
      guard let limit = text.isEmpty ? Self.most : Int(text) else { throw BlobRefusal.query("maxresults", text) }
      guard limit >= 1 else { throw BlobRefusal.outOfRange("maxresults", text) }
      self.limit = min(limit, Self.most)
      let marker = query.text("marker")
      guard let bytes = Data(base64Encoded: marker), let start = String(data: bytes, encoding: .utf8) else {
        throw BlobRefusal.query("marker", marker)
      }
      self.start = start
      withMetadata = query.text("include").lowercased().split(separator: ",").contains("metadata")
    }

    /// What the request said, in the order of the answer.
    func echo(_ query: CloudQuery) -> String {
      [("Prefix", "prefix"), ("Marker", "marker"), ("MaxResults", "maxresults"), ("Delimiter", "delimiter")]
        .map { element, name in query[name].map { "<\(element)>\(CloudAnswer.escaped($0))</\(element)>" } ?? "" }
        .joined()
    }

    /// - Parameter next: the name that the next page begins with.
    static func end(_ next: String?) -> String {
      next.map { "<NextMarker>\(Data($0.utf8).base64EncodedString())</NextMarker>" } ?? "<NextMarker/>"
    }
  }

  func listContainers(_ call: Call) throws -> Response {
    let page = try Page(call.query)
    let found = try store.containers(prefix: page.prefix, from: page.start, limit: page.limit + 1)
    let entries = found.prefix(page.limit).map { container in
      "<Container><Name>\(container.name)</Name><Properties><Last-Modified>\(CloudTime.http(container.modified))</Last-Modified>"
        + "<Etag>\(container.etag)</Etag><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
        + "<HasImmutabilityPolicy>false</HasImmutabilityPolicy><HasLegalHold>false</HasLegalHold></Properties>"
        + (page.withMetadata ? Self.element(container.metadata) : "") + "</Container>"
    }.joined()
    return Self.xml(
      "<EnumerationResults ServiceEndpoint=\"\(call.endpoint)/\">\(page.echo(call.query))<Containers>\(entries)</Containers>"
        + "\(Page.end(found.count > page.limit ? found[page.limit].name : nil))</EnumerationResults>")
  }

  func list(_ call: Call) throws -> Response {
    let page = try Page(call.query)
    var entries: [String] = []
    var start = page.start
    var next: String?
    pages: while next == nil {
      // A folder is one entry, however much is in it: what is in it is skipped over, and not read.
      let wanted = page.limit - entries.count + 1
      let found = try store.list(call.container, prefix: page.prefix, from: start, limit: wanted)
      for (index, blob) in found.enumerated() {
        if entries.count == page.limit {
          next = blob.name
          break
        }
        if let folder = Self.folder(of: blob.name, page.prefix, page.delimiter) {
          entries.append("<BlobPrefix>\(Self.name(folder, call.version))</BlobPrefix>")
          guard let after = Self.first(after: folder) else { break pages }
          start = after
          continue pages
        }
        entries.append(Self.entry(blob, call.version, withMetadata: page.withMetadata))
        if index == found.count - 1 { start = blob.name + "\u{0}" }
      }
      if found.count < wanted { break }
    }
    return Self.xml(
      "<EnumerationResults ServiceEndpoint=\"\(call.endpoint)/\" ContainerName=\"\(call.container)\">\(page.echo(call.query))"
        + "<Blobs>\(entries.joined())</Blobs>\(Page.end(next))</EnumerationResults>")
  }

  /// Up to the delimiter behind the prefix.
  private static func folder(of name: String, _ prefix: String, _ delimiter: String) -> String? {
    guard !delimiter.isEmpty else { return nil }
    let rest = name[name.utf8.index(name.startIndex, offsetBy: prefix.utf8.count)...]
    return rest.range(of: delimiter).map { prefix + rest[..<$0.upperBound] }
  }

  /// The first text, in the order of UTF-8, behind all that begin with this one; `nil` where none is.
  private static func first(after prefix: String) -> String? {
    var scalars = prefix.unicodeScalars
    while let last = scalars.popLast() {
      // Surrogates are no scalars.
      guard let next = Unicode.Scalar(last.value == 0xD7FF ? 0xE000 : last.value + 1) else { continue }
      scalars.append(next)
      return String(scalars)
    }
    return nil
  }

  private static func entry(_ blob: BlobRecord, _ version: String, withMetadata: Bool) -> String {
    let settings = blob.settings
    func element(_ name: String, _ value: String?) -> String {
      value.map { "<\(name)>\(CloudAnswer.escaped($0))</\(name)>" } ?? "<\(name)/>"
    }
    return "<Blob>\(name(blob.name, version))<Properties>"
      + "<Creation-Time>\(CloudTime.http(blob.created))</Creation-Time>"
      + "<Last-Modified>\(CloudTime.http(blob.modified))</Last-Modified><Etag>\(blob.etag)</Etag>"
      + "<Content-Length>\(blob.bytes)</Content-Length>" + element("Content-Type", settings.type)
      + element("Content-Encoding", settings.encoding) + element("Content-Language", settings.language)
      + "<Content-CRC64/>" + element("Content-MD5", settings.md5) + element("Cache-Control", settings.cacheControl)
      + element("Content-Disposition", settings.disposition)
      + "<BlobType>BlockBlob</BlobType><AccessTier>\(settings.tier ?? "Hot")</AccessTier>"
      + (settings.tier == nil ? "<AccessTierInferred>true</AccessTierInferred>" : "")
      + "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted>"
      + "</Properties>\(withMetadata ? Self.element(settings.metadata) : "")<OrMetadata/></Blob>"
  }

  private static func element(_ metadata: [String: String]) -> String {
    let entries = metadata.sorted { $0.key < $1.key }.map { "<\($0.key)>\(CloudAnswer.escaped($0.value))</\($0.key)>" }
    return entries.isEmpty ? "<Metadata/>" : "<Metadata>\(entries.joined())</Metadata>"
  }

  /// A name with characters that XML cannot hold comes encoded, to clients that know of it.
  private static func name(_ name: String, _ version: String) -> String {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0xFFFE && $0.value != 0xFFFF || $0 == "\t" || $0 == "\n"
    }
    guard !isPlain, version >= "2021-02-12" else { return "<Name>\(CloudAnswer.escaped(name))</Name>" }
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~/"))
    return "<Name Encoded=\"true\">\(name.addingPercentEncoding(withAllowedCharacters: allowed) ?? name)</Name>"
  }
}
