// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Synchronization
import Testing

@testable import ExportStorage

/// What a container may answer, without a network.
@Suite struct ContainerAnswerTests {
  private static func container(_ transport: AnsweringTransport) -> BlobContainer {
    BlobContainer(
      url: "https://acct.example/lake", access: .sas(GivenSAS(Secret("sv=1&sp=rwl&sig=canary"))), transport: transport,
      clock: { Instant(seconds: 0) })
  }

  private static let blob = ListedBlob(name: "n", bytes: 1)

  private static func page(_ names: String..., next: String) -> HTTPResponse {
    let blobs = names.map {
      "<Blob><Name>\($0)</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>"
    }.joined()
    return HTTPResponse(
      HTTPHead(status: 200),
      body: Array(
        "<EnumerationResults><Blobs>\(blobs)</Blobs><NextMarker>\(next)</NextMarker></EnumerationResults>".utf8))
  }

  private static func status(
    _ status: Int, _ code: String? = nil
  ) -> @Sendable (HTTPRequest) throws -> HTTPResponse {
    let headers = code.map { [(name: "x-ms-error-code", value: $0)] } ?? []
    return { _ in HTTPResponse(HTTPHead(status: status, headers: headers)) }
  }

  private static func problem(_ body: () async throws -> Void) async -> StoreError? {
    do {
      try await body()
      return nil
    } catch { return error as? StoreError }
  }

  // MARK: Listings

  @Test func `a listing is read to its end, page by page`() async throws {
    let transport = AnsweringTransport { request in
      request.url.contains("marker=m%201") ? Self.page("b", next: "") : Self.page("a", next: "m 1")
    }

    let blobs = try await Self.container(transport).list(prefix: "p/")

    #expect(blobs.map(\.name) == ["a", "b"])
    #expect(transport.sent.count == 2)
    #expect(transport.sent.allSatisfy { $0.url.contains("prefix=p%2F&") })
  }

  @Test func `a listing that goes round in a circle is told, and not read for ever`() async {
    let transport = AnsweringTransport { _ in Self.page("a", next: "m") }

    let problem = await Self.problem { _ = try await Self.container(transport).list(prefix: "") }

    #expect(
      problem
        == .again(
          "the listing of the container goes round in a circle (request \(transport.ids.last ?? ""))", retryAfter: nil))
    #expect(transport.sent.count == 2)
  }

  @Test func `a listing without an end has a limit`() async {
    let pages = Mutex(0)
    let transport = AnsweringTransport { _ in
      Self.page(
        "a",
        next: pages.withLock { pages in
          pages += 1
          return "\(pages)"
        })
    }

    let problem = await Self.problem { _ = try await Self.container(transport).list(prefix: "") }

    #expect(problem == .never("the listing of the container has more than 2000 pages"))
    #expect(transport.sent.count == BlobContainer.pageLimit)
  }

  @Test(arguments: [(3, true), (4, false)])
  func `a listing that is too long to keep is told at its first page too many`(limit: Int, isTold: Bool) async {
    let transport = AnsweringTransport { request in
      request.url.contains("marker=m") ? Self.page("c", "d", next: "") : Self.page("a", "b", next: "m")
    }
    var container = Self.container(transport)
    container.blobLimit = limit

    let told = await Self.problem { [container] in _ = try await container.list(prefix: "") }

    #expect(told == (isTold ? .never("the listing of the container has more than 3 blobs") : nil))
    #expect(transport.sent.count == 2)
  }

  @Test func `a listing may have a million blobs`() {
    #expect(Self.container(AnsweringTransport { _ in Self.page("a", next: "") }).blobLimit == 1_000_000)
  }

  // MARK: Failures

  @Test func `every request has an id, and every error repeats it`() async throws {
    let answers: [@Sendable (HTTPRequest) throws -> HTTPResponse] = [
      Self.status(400), Self.status(401), Self.status(403), Self.status(404), Self.status(429), Self.status(500),
      Self.status(404, "BlobNotFound"), { _ in throw TransportError(.cut, "cut") },
      { _ in throw TransportError(.redirect, "round") },
    ]
    let calls: [@Sendable (BlobContainer) async throws -> Void] = [
      { _ = try await $0.list(prefix: "") }, { try await $0.probe() }, { try await $0.create() },
      { try await $0.put("n", [1]) }, { try await $0.putBlock(0, of: "n", [1]) },
      { try await $0.putBlockList(1, of: "n", md5: "") }, { try await $0.delete("n") },
      { try await $0.read(Self.blob) { _ in } },
    ]
    for answer in answers {
      for call in calls {
        let transport = AnsweringTransport(answer)

        let problem = await Self.problem { try await call(Self.container(transport)) }

        let id = try #require(transport.ids.first)
        #expect(id.count == 36 && transport.ids.count == 1)
        #expect(try #require(problem).words.hasSuffix("(request \(id))"), "\(String(describing: problem))")
        #expect(problem?.words.contains("canary") == false)
      }
    }
  }

  @Test(arguments: [
    TransportError(.cut, "x"), TransportError(.unreachable, "x"), TransportError(.redirect, "x"),
    TransportError(.tooLarge(limit: 1), "x"),
  ])
  func `an answer that cannot be used is asked for again, as one that did not come is`(error: TransportError) async {
    let transport = AnsweringTransport { _ in throw error }
    let container = Self.container(transport)

    let problems = [
      await Self.problem { try await container.probe() },
      await Self.problem { try await container.read(Self.blob) { _ in } },
    ]

    for problem in problems {
      guard case .again(let words, retryAfter: nil)? = problem else {
        Issue.record("\(String(describing: problem))")
        continue
      }
      #expect(words.contains(": x (request "))
    }
  }

  @Test(arguments: [
    (
      "Signature did not match. String to sign used was GET\n\n\n\u{1}\nx-ms-date:now\n/acct/lake",
      "Signature did not match"
    ),
    (
      "Signature not valid in the specified time frame: Start [a] - Expiry [b]\nmore",
      "Signature not valid in the specified time frame: Start [a] - Expiry [b]"
    ),
    ("sp is not\u{7} specified.", "sp is not specified"), ("", ""),
  ])
  func `a refusal's detail is cut where it begins to repeat what was signed`(detail: String, told: String) async {
    let body =
      "<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>\(detail)</AuthenticationErrorDetail></Error>"
    let transport = AnsweringTransport { _ in HTTPResponse(HTTPHead(status: 403), body: Array(body.utf8)) }

    let problem = await Self.problem { try await Self.container(transport).probe() }

    #expect(
      problem
        == .refused(
          "storage answered 403 AuthenticationFailed\(told.isEmpty ? "" : ": \(told)") (request \(transport.ids[0]))"))
  }
}

extension StoreError {
  fileprivate var words: String {
    switch self {
    case .again(let message, _), .refused(let message), .disk(let message), .artifact(let message),
      .never(let message):
      message
    }
  }
}

extension AnsweringTransport {
  fileprivate var ids: [String] {
    sent.compactMap { $0.headers.first { $0.name == "x-ms-client-request-id" }?.value }
  }
}
