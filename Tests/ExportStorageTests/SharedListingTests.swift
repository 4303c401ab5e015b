// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization
import Testing

@testable import ExportStorage

/// One listing for many jobs.
@Suite struct SharedListingTests {
  /// A container of so many blobs in each folder, in pages; the first listing is held until it is let go.
  private final class Shelf: HTTPTransport {
    struct State {
      var names: [String] = []
      var asked: [String] = []
    }

    let state = Mutex(State())
    let pageSize: Int
    let (held, release) = AsyncStream.makeStream(of: Void.self)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)

    init(_ names: [String], pageSize: Int = 5000) {
      self.pageSize = pageSize
      state.withLock { $0.names = names.sorted() }
    }

    var asked: [String] { state.withLock { $0.asked } }

    func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
      let query = request.url.split(separator: "?").last.map(String.init) ?? ""
      func value(_ name: String) -> String {
        query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
          .flatMap { PercentEncoding.decode($0.dropFirst(name.count + 1)) } ?? ""
      }
      let (prefix, marker) = (value("prefix"), value("marker"))
      let (isFirst, all) = state.withLock { state in
        state.asked.append(prefix)
        return (state.asked.count == 1, state.names)
      }
      let page = all.filter { $0.hasPrefix(prefix) && $0 > marker }
      if isFirst {
        begin.yield()
        for await _ in held { break }
        try Task.checkCancellation()
      }
      let size = min(pageSize, Int(value("maxresults")) ?? pageSize)
      let blobs = page.prefix(size).map {
        "<Blob><Name>\($0)</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>"
      }.joined()
      let next = page.count > size ? page[size - 1] : ""
      let text = "<EnumerationResults><Blobs>\(blobs)</Blobs><NextMarker>\(next)</NextMarker></EnumerationResults>"
      return HTTPResponse(HTTPHead(status: 200), body: Array(text.utf8))
    }

    func stream<Value: Sendable>(
      _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
    ) async throws -> Value { throw TransportError(.unreachable, "nothing is read here") }

    var container: BlobContainer {
      BlobContainer(
        url: "https://acct.example/lake", access: .sas(GivenSAS(Secret("sv=1&sp=rwl&sig=x"))), transport: self,
        clock: { Instant(seconds: 0) })
    }
  }

  /// One asks, and while its listing is held so many others come; then it is let go.
  private func crowd(
    _ prefixes: [String], _ shelf: Shelf, _ listing: SharedListing = SharedListing(),
    meanwhile: @Sendable () -> Void = {}
  ) async throws -> [String: [String]] {
    try await withThrowingTaskGroup(of: (String, [String]).self) { group in
      let container = shelf.container
      group.addTask { ("first", try await listing.list("first/", of: container).map(\.name)) }
      for await _ in shelf.begun { break }
      meanwhile()
      for prefix in prefixes {
        group.addTask { (prefix, try await listing.list(prefix, of: container).map(\.name)) }
      }
      while await listing.gatheredCount < prefixes.count { await Task.yield() }
      shelf.release.yield()
      var found: [String: [String]] = [:]
      while let (prefix, names) = try await group.next() { found[prefix] = names }
      return found
    }
  }

  private static let names = (1...9).flatMap { ["event/t\($0)/manifest.json", "event/t\($0)/part-00000.json"] }
  private static let prefixes = (1...9).map { "event/t\($0)/" }

  @Test func `those who come while a listing is under way share the next one`() async throws {
    let shelf = Shelf(Self.names)

    let found = try await crowd(Self.prefixes, shelf)

    #expect(shelf.asked == ["first/", "event/t"])
    for prefix in Self.prefixes {
      #expect(found[prefix] == ["\(prefix)manifest.json", "\(prefix)part-00000.json"])
    }
  }

  @Test func `what was written after a listing began is seen by who asks after that`() async throws {
    let shelf = Shelf([])

    let found = try await crowd(["event/t1/"], shelf) { shelf.state.withLock { $0.names = Self.names } }

    #expect(found["first"] == [])
    #expect(found["event/t1/"]?.count == 2)
  }

  @Test func `where one listing for all would tell of a crowd, each has its own, and that is remembered`() async throws
  {
    let shelf = Shelf(Self.names + (0..<500).map { "event/told-\($0)" })
    let listing = SharedListing()

    let found = try await crowd(Array(Self.prefixes.prefix(4)), shelf, listing)

    #expect(shelf.asked.filter { $0 == "event/t" }.count == 1)
    #expect(Set(shelf.asked.suffix(4)) == Set(Self.prefixes.prefix(4)))
    #expect(found["event/t4/"] == ["event/t4/manifest.json", "event/t4/part-00000.json"])
    #expect(await listing.isCrowd("event/t"))
  }

  @Test func `in a crowd those that have more in common are listed together`() async throws {
    let folders = ["event", "job"].flatMap { dataset in (1...4).map { "\(dataset)/new-\($0)/" } }
    let shelf = Shelf(folders.map { $0 + "part" } + (0..<2000).map { "event/old-\($0)" })

    let found = try await crowd(folders, shelf)

    #expect(shelf.asked.prefix(2) == ["first/", ""])
    #expect(Set(shelf.asked.dropFirst(2)) == ["event/new-", "job/new-"])
    for folder in folders { #expect(found[folder] == [folder + "part"]) }
  }

  @Test func `prefixes end inside of no letter`() async throws {
    let prefixes = ["a/é/", "a/è/", "a/", "a/\u{1F600}x"]
    let shelf = Shelf(prefixes.dropLast(2).map { $0 + "part" } + ["a/\u{1F600}x", "a/\u{1F600}"])

    let found = try await crowd(Array(prefixes), shelf)

    #expect(found["a/è/"] == ["a/è/part"] && found["a/\u{1F600}x"] == ["a/\u{1F600}x"] && found["a/"]?.count == 4)
  }

  @Test func `the same names are listed once for all, however many pages that takes`() async throws {
    let shelf = Shelf(Self.names, pageSize: 2)

    let found = try await crowd(["", "", "event/t1/"], shelf)

    #expect(found[""]?.count == 18)
    #expect(found["event/t1/"]?.count == 2)
    #expect(shelf.asked == ["first/"] + [String](repeating: "", count: 9))
  }

  @Test func `who is alone asks for its own`() async throws {
    let shelf = Shelf(Self.names)
    shelf.release.yield()

    let found = try await SharedListing().list("event/t1/", of: shelf.container)

    #expect(found.count == 2)
    #expect(shelf.asked == ["event/t1/"])
  }
}
