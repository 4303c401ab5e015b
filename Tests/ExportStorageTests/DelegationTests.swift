// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Foundation
import LocalCloud
import Synchronization
import Testing

@testable import ExportStorage

/// Signatures that are made for each attempt.
@Suite struct DelegationTests {
  typealias Bench = StoreTests.Bench

  private static func value(_ name: String, in address: Secret) -> String {
    let query = address.reveal().split(separator: "?").last ?? ""
    return query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
      .flatMap { PercentEncoding.decode($0.dropFirst(name.count + 1)) } ?? ""
  }

  private static func store(_ bench: Bench) -> AzureContainerStore {
    let client = AzureClientCredential(
      tenant: bench.endpoints.tenant, client: bench.endpoints.client, secret: Secret(bench.endpoints.secret),
      authority: bench.endpoints.authorityURL, endpoint: .v2)
    let tokens = CredentialCatalog(CredentialWorld(transport: bench.transport))
      .tokens(for: .azureClient(client), audience: .storage)
    return AzureContainerStore(
      url: "\(bench.endpoints.blobURL)/lake", credential: .tokens(tokens), transport: bench.transport,
      clock: Bench.now, createsContainer: true)
  }

  @Test func `with a token a signature is made that a service can write with, and files are read`() async throws {
    try await StoreTests().withCloud { bench in
      let store = Self.store(bench)

      let address = try await store.address(for: StoreTests.delivery)
      #expect(try await bench.put(#"[{"n":1}]"#, "event/t-1/part-00000.json", at: address) == 201)
      let result = try await store.collect(StoreTests.delivery, of: StoreTests.task, expecting: StoreTests.expectation)

      #expect(Self.value("sp", in: address) == "wl")
      #expect(!Self.value("skoid", in: address).isEmpty)
      #expect(result.level == .verified && result.rows == 1)
    }
  }

  @Test func `a signature lives as long as its job is waited for, and a little for clocks`() async throws {
    try await StoreTests().withCloud { bench in
      for store in [bench.container(), Self.store(bench)] {
        var delivery = StoreTests.delivery
        delivery.patience = .seconds(600)

        let address = try await store.address(for: delivery)

        let start = try #require(Instant(Self.value("st", in: address)))
        let end = try #require(Instant(Self.value("se", in: address)))
        #expect(start.duration(to: end) == .seconds(900 + 600 + 900))
      }
    }
  }

  /// A clock that is set, and an endpoint that gives keys as they are asked for.
  private final class KeyGiver: Sendable {
    let now = Mutex(Instant(seconds: 1_451_606_400))
    let asked = Mutex<[String]>([])

    var transport: AnsweringTransport {
      AnsweringTransport { [self] request in
        guard request.url.contains("comp=userdelegationkey") else {
          return HTTPResponse(
            HTTPHead(status: 200), body: Array("<EnumerationResults><NextMarker/></EnumerationResults>".utf8))
        }
        let names: [StaticString] = ["Start", "Expiry"]
        let times = names.map { BlobListing.element($0, in: request.body ?? []) ?? "" }
        asked.withLock { $0.append(times.joined(separator: "/")) }
        let answer = SignatureTests.delegation.replacing("2029-12-30T00:00:00Z", with: times[0])
          .replacing("2030-01-02T00:00:00Z", with: times[1])
        return HTTPResponse(HTTPHead(status: 200), body: Array(answer.utf8))
      }
    }
  }

  @Test func `one key signs for many jobs, is renewed before it ends, and no signature outlives it`() async throws {
    let giver = KeyGiver()
    let store = AzureContainerStore(
      url: "https://acct.blob.example/lake",
      credential: .tokens(CredentialCatalog.tokens(for: .bearer(Secret("token")), transport: giver.transport)),
      transport: giver.transport, clock: { giver.now.withLock { $0 } }, createsContainer: false)
    func end(waiting patience: Duration) async throws -> String {
      var delivery = StoreTests.delivery
      delivery.patience = patience
      return Self.value("se", in: try await store.address(for: delivery))
    }

    #expect(try await end(waiting: .seconds(3600)) == "2016-01-01T01:15:00Z")
    #expect(try await end(waiting: .seconds(86_400)) == "2016-01-02T00:15:00Z")
    #expect(giver.asked.withLock { $0 } == ["2015-12-31T23:45:00Z/2016-01-03T00:00:00Z"])
    giver.now.withLock { $0 = Instant(seconds: 1_451_606_400 + 86_400) }
    #expect(try await end(waiting: .seconds(86_400)) == "2016-01-03T00:15:00Z")
    #expect(giver.asked.withLock { $0.last } == "2016-01-01T23:45:00Z/2016-01-04T00:00:00Z")
    // Seven days is all that there is.
    #expect(try await end(waiting: .seconds(30 * 86_400)) == "2016-01-08T23:45:00Z")
    #expect(try await end(waiting: .seconds(30 * 86_400)) == "2016-01-08T23:45:00Z")
    #expect(giver.asked.withLock { $0.count } == 3)
  }

  /// Gives a token after the other, each until it is refused.
  private actor Renewing: TokenSource {
    private(set) var number = 1
    private let last: Int

    init(last: Int) { self.last = last }

    func token() -> Secret? { Secret("token-\(number)") }

    func refused(_ token: Secret) -> Bool {
      guard token.reveal() == "token-\(number)", number < last else { return false }
      number += 1
      return true
    }
  }

  @Test(arguments: [1, 2])
  func `a token that storage refuses is asked for anew, once, when listing and when reading`(last: Int) async throws {
    let transport = AnsweringTransport { request in
      guard request.headers.contains(where: { $0.value == "Bearer token-2" }) else {
        return HTTPResponse(HTTPHead(status: 401), body: Array("<Error><Code>InvalidToken</Code></Error>".utf8))
      }
      let listing = "<EnumerationResults><NextMarker/></EnumerationResults>"
      return HTTPResponse(HTTPHead(status: 200), body: Array((request.url.contains("comp=list") ? listing : "[]").utf8))
    }
    func container() -> BlobContainer {
      BlobContainer(
        url: "https://acct.blob.example/lake", access: .tokens(Renewing(last: last)), transport: transport,
        clock: { Instant(seconds: 0) })
    }
    let refusal = StoreError.refused("storage answered 401 InvalidToken")
    func told(_ body: () async throws -> Void) async -> StoreError? {
      do { try await body() } catch StoreError.refused(let reason) { return .refused(String(reason.prefix(33))) } catch
      {
        return error as? StoreError
      }
      return nil
    }

    let listing = await told { _ = try await container().list(prefix: "") }
    let reading = await told { _ = try await container().content(of: ListedBlob(name: "a", bytes: 2), limit: 10) }

    #expect(listing == (last == 2 ? nil : refusal))
    #expect(reading == (last == 2 ? nil : refusal))
    #expect(transport.sent.count == (last == 2 ? 4 : 2))
  }

  @Test func `a credential that gets no token, or no key, is told as refused`() async throws {
    let refusing = AnsweringTransport(403, "<Error><Code>AuthorizationPermissionMismatch</Code></Error>")
    let store = AzureContainerStore(
      url: "https://acct.blob.example/lake",
      credential: .tokens(CredentialCatalog.tokens(for: .bearer(Secret("canary")), transport: refusing)),
      transport: refusing, clock: { Instant(seconds: 0) }, createsContainer: false)

    do {
      _ = try await store.address(for: StoreTests.delivery)
      Issue.record("an address was given")
    } catch StoreError.refused(let reason) {
      #expect(reason.hasPrefix("storage answered 403 AuthorizationPermissionMismatch"))
      #expect(!reason.contains("canary"))
    }
    let headers = try #require(refusing.sent.first).headers
    #expect(headers.contains { $0.name == "Authorization" && $0.value == "Bearer canary" })
    #expect(headers.contains { $0.name == "x-ms-version" && $0.value == "2021-12-02" })
  }
}
