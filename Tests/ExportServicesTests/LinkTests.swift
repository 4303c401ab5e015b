// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization
import Testing

@testable import ExportServices

/// Files that a service gives addresses of.
@Suite struct LinkTests {
  typealias Bench = ResultTests.Bench
  typealias Taken = ResultTests.Taken

  static let result =
    "{kind: links, each: body:/blobs, link: /link, name: /name, bytes: /size, md5: /md5, sha256: /sha, rows: /rows, "
    + #"hosts: [files.example, "*.blob.example"]}"#

  private static func answer(_ text: String, _ status: Int = 200) -> HTTPResponse { ResultTests.answer(text, status) }

  private static func list(_ links: String...) -> String {
    #"{"blobs":["# + links.enumerated().map { #"{"name":"f\#($0)","link":"\#($1)"}"# }.joined(separator: ",") + "]}"
  }

  @Test func `a look at the task lists the links, and each is fetched without what proves who asks`() async throws {
    let bench = try Bench(Self.result) { request in
      switch request.url {
      case "https://small.example/jobs/t-1":
        Self.answer(
          #"{"blobs":[{"link":"https://a.blob.example/x?sig=canary","name":"x","size":3,"#
            + #""md5":"900150983cd24fb0d6963f7d28e17f72","rows":"1","#
            + #""sha":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},"#
            + #"{"link":"https://files.example:8443/y","md5":"kAFQmDzST7DWlj99KOF/cg==","size":null}]}"#)
      case "https://a.blob.example/x?sig=canary": Self.answer("abc")
      case "https://files.example:8443/y": Self.answer("abc")
      default: Self.answer("?", 404)
      }
    }
    let sum = "kAFQmDzST7DWlj99KOF/cg=="

    let taken = try await bench.take()

    #expect(
      taken == [
        Taken(file: FetchedFile(name: "x", bytes: 3, md5: sum, sha256: Digest(of: "abc"), rows: 1), text: "abc"),
        Taken(file: FetchedFile(md5: sum), text: "abc"),
      ])
    #expect(
      bench.asked == [
        "GET https://small.example/jobs/t-1 as us", "GET https://a.blob.example/x?sig=canary",
        "GET https://files.example:8443/y",
      ])
  }

  @Test func `a request of its own may list them, and links on the service's own host are asked for as us`()
    async throws
  {
    let result = #"{kind: links, call: {method: GET, path: "/jobs/${task.id}/files"}, each: "body:"}"#
    let bench = try Bench(result) { request in
      Self.answer(request.url.hasSuffix("/files") ? #"["/one","https://small.example/two"]"# : request.url)
    }
    let open = try Bench(result.replacing("each", with: "auth: none, each")) { request in
      Self.answer(request.url.hasSuffix("/files") ? #""/one""# : request.url)
    }

    let taken = try await bench.take()
    let alone = try await open.take()

    #expect(taken.map(\.text) == ["https://small.example/one", "https://small.example/two"])
    #expect(bench.asked.allSatisfy { $0.hasSuffix(" as us") })
    #expect(alone.map(\.text) == ["https://small.example/one"])
    #expect(open.asked.last == "GET https://small.example/one")
  }

  @Test(arguments: [
    (
      "https://evil.example/x?sig=canary",
      "leads to the host 'evil.example', which the description does not list in 'hosts'"
    ),
    (
      "https://blob.example/x?sig=canary",
      "leads to the host 'blob.example', which the description does not list in 'hosts'"
    ),
    ("http://files.example/x?sig=canary", "is not https"),
    ("ftp://files.example/canary", "is no address that can be asked"),
    ("https://files.example@evil.example/canary", "is no address that can be asked"),
    ("https://files.example\\\\@evil.example/canary", "is no address that can be asked"),
    ("//files.example/canary", "is no address that can be asked"),
  ])
  func `a link that may not be followed is refused, and not repeated`(link: String, reason: String) async throws {
    let bench = try Bench(Self.result) { _ in Self.answer(Self.list(link)) }

    let error = await ResultTests.failure { _ = try await bench.take() }

    #expect(error?.kind == .never)
    #expect(error?.message.hasPrefix("small: a link \(reason) (request ") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("canary") == false)
    #expect(bench.asked.count == 1)
  }

  @Test func `links that are to be asked for as us lead nowhere else`() async throws {
    let bench = try Bench(Self.result.replacing("each", with: "auth: same, each")) { _ in
      Self.answer(Self.list("https://files.example/x"))
    }

    let error = await ResultTests.failure { _ = try await bench.take() }

    #expect(error?.message.contains("a link leads to the host 'files.example', which is not to learn who asks") == true)
  }

  /// Answers links by how often each was asked for.
  private func bench(_ answers: @escaping @Sendable (String, Int) -> HTTPResponse) throws -> Bench {
    let counts = Counts()
    return try Bench(Self.result) { request in
      let count = counts.add(request.url)
      guard request.url.hasPrefix("https://files.example/") else {
        return Self.answer(Self.list("https://files.example/a?\(count)", "https://files.example/b?\(count)"))
      }
      return answers(String(request.url.dropFirst("https://files.example/".count)), count)
    }
  }

  private final class Counts: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func add(_ name: String) -> Int {
      counts.withLock { counts in
        counts[name, default: 0] += 1
        return counts[name] ?? 0
      }
    }
  }

  @Test(arguments: [403, 404, 410])
  func `a link that has run out is asked for anew, and no file comes twice`(status: Int) async throws {
    let bench = try bench { path, _ in path == "b?1" ? Self.answer("sig=canary", status) : Self.answer(path) }

    let taken = try await bench.take()

    #expect(taken.map(\.text) == ["a?1", "b?2"])
    #expect(bench.transport.sent.count == 5)
  }

  @Test func `a link that is refused when it is fresh is gone`() async throws {
    let bench = try bench { path, _ in
      path.hasPrefix("b") ? Self.answer("canary", 403) : Self.answer(path)
    }

    let error = await ResultTests.failure { _ = try await bench.take() }

    #expect(error?.kind == .gone)
    #expect(error?.message.hasPrefix("small: the host of a file answered 403 (request ") == true)
    #expect(bench.transport.sent.count == 5)
  }

  @Test func `a host that is busy is asked again later, and a list that changed begins anew`() async throws {
    let busy = try bench { _, _ in ResultTests.answer("", 503, [("Retry-After", "9")]) }
    let changing = try Bench(Self.result) { request in
      request.url.hasPrefix("https://files.example/")
        ? Self.answer("", 404) : Self.answer(Self.list("https://files.example/a"))
    }
    let counts = Counts()
    let changed = try Bench(Self.result) { request in
      if request.url.hasPrefix("https://files.example/") { return Self.answer("", 404) }
      return Self.answer(
        counts.add("list") == 1
          ? Self.list("https://files.example/a") : Self.list("https://files.example/a", "https://files.example/b"))
    }

    let error = await ResultTests.failure { _ = try await busy.take() }
    let gone = await ResultTests.failure { _ = try await changing.take() }
    let other = await ResultTests.failure { _ = try await changed.take() }

    #expect(error?.kind == .again)
    #expect(error?.retryAfter == .seconds(9))
    #expect(gone?.kind == .gone)
    #expect(other == ServiceError(.again, "small: the list of files changed while they were fetched"))
  }

  @Test func `a sum that cannot be compared, a missing link and no list are told`() async throws {
    func failure(_ text: String) async throws -> String? {
      let bench = try Bench(Self.result) { _ in Self.answer(text) }
      return await ResultTests.failure { _ = try await bench.take() }?.message
    }

    let sum = try await failure(#"{"blobs":[{"link":"https://files.example/a","md5":"crc:1"}]}"#)
    let link = try await failure(#"{"blobs":[{"name":"a"}]}"#)
    let list = try await failure("{}")

    #expect(sum?.hasPrefix("what a file's 'md5' says cannot be compared (request ") == true)
    #expect(link?.hasPrefix("an element of the list of files has no link (request ") == true)
    #expect(list?.hasPrefix("small: the answer lists no files (request ") == true)
  }

  @Test func `what is told of bytes does not count for an answer that was packed on its way`() async throws {
    let bench = try Bench(Self.result) { request in
      if request.url.hasPrefix("https://files.example/") {
        return ResultTests.answer("unpacked", 200, [("Content-Encoding", "gzip")])
      }
      return Self.answer(#"{"blobs":[{"link":"https://files.example/a","size":3,"rows":4}]}"#)
    }

    let taken = try await bench.take()

    #expect(taken == [Taken(file: FetchedFile(rows: 4), text: "unpacked")])
  }
}
