// SPDX-License-Identifier: Apache-2.0

/// What a request demands of a blob as it is (contract.md 6.4). Times have seconds, as the headers do.
struct BlobConditions {
  private let match, noneMatch: String?
  private let modifiedSince, unmodifiedSince: Int64?

  /// - Throws: for a time that is none.
  init(_ header: (String) -> String?) throws {
    func time(_ name: String) throws -> Int64? {
      guard let text = header(name) else { return nil }
      guard let time = CloudTime.http(text) else { throw BlobRefusal.header(name, text) }
      return time / 1000
    }
    (match, noneMatch) = (header("If-Match"), header("If-None-Match"))
    (modifiedSince, unmodifiedSince) = (try time("If-Modified-Since"), try time("If-Unmodified-Since"))
  }

  /// Of one that is read.
  func read(_ blob: BlobRecord) throws {
    if let match, !Self.names(match, blob) { throw BlobRefusal.conditions }
    if let unmodifiedSince, blob.modified / 1000 > unmodifiedSince { throw BlobRefusal.conditions }
    if let noneMatch, Self.names(noneMatch, blob) { throw BlobRefusal.notModified }
    if noneMatch == nil, let modifiedSince, blob.modified / 1000 <= modifiedSince { throw BlobRefusal.notModified }
  }

  /// Of one that is written, or that goes; `nil` where there is none yet.
  func write(_ blob: BlobRecord?) throws {
    guard let blob else {
      if match != nil { throw BlobRefusal.conditions }
      return
    }
    if noneMatch == "*" {
      throw BlobRefusal(409, "BlobAlreadyExists", "The specified blob already exists.")
    }
    if let match, !Self.names(match, blob) { throw BlobRefusal.conditions }
    if let noneMatch, Self.names(noneMatch, blob) { throw BlobRefusal.conditions }
    if let unmodifiedSince, blob.modified / 1000 > unmodifiedSince { throw BlobRefusal.conditions }
    if let modifiedSince, blob.modified / 1000 <= modifiedSince { throw BlobRefusal.conditions }
  }

  private static func names(_ condition: String, _ blob: BlobRecord) -> Bool {
    condition == "*"
      || condition.split(separator: ",").contains { $0.filter { !" \"".contains($0) } == blob.etag }
  }
}
