// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import LocalCloud
import Logging
import Testing

@testable import ExportStorage

/// Stores against the local cloud's storage, over real sockets.
@Suite struct StoreTests {
  static let delivery = Delivery(
    key: JobKey(Digest(of: "job")), attempt: 1, export: "history", app: "../shop", dataset: "event", format: "json",
    label: "2016-01-01")
  static let expectation = Expectation(format: "json", rows: RowRule(path: ["*"], required: ["n"]), window: nil)
  static let task = FinishedTask(id: "t-1", prefix: "event/t-1/", manifest: "manifest.json")

  /// A cloud, a container to write to and a folder, for as long as a body runs.
  func withCloud(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-store-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let cloud = try await LocalCloud(
      LocalCloudConfiguration(directory: folder.appendingPathComponent("cloud")), logger: logger)
    let transport = AsyncHTTPTransport(userAgent: "test", logger: logger)
    let (ready, announce) = AsyncStream.makeStream(of: LocalCloudEndpoints.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await cloud.run { announce.yield($0) } }
      group.addTask {
        for await endpoints in ready {
          return try await body(
            Bench(endpoints: endpoints, transport: transport, folder: folder.appendingPathComponent("files")))
        }
      }
      // The second to end is the first to return: the cloud runs until it is cancelled.
      try await group.next()
      group.cancelAll()
    }
    try await transport.shutdown()
  }

  struct Bench: Sendable {
    let endpoints: LocalCloudEndpoints
    let transport: AsyncHTTPTransport
    let folder: URL
    static let now: @Sendable () -> Instant = { WallClock().now }

    func container(_ name: String = "lake", creates: Bool = true) -> AzureContainerStore {
      AzureContainerStore(
        url: "\(endpoints.blobURL)/\(name)", credential: .accountKey(Secret(endpoints.accountKey)),
        transport: transport,
        clock: Self.now, createsContainer: creates)
    }

    func directory() -> DirectoryStore { DirectoryStore(root: folder, staging: container()) }

    /// With what the service's own signature permits.
    func container(with address: Secret) -> AzureContainerStore {
      AzureContainerStore(
        url: "\(endpoints.blobURL)/lake", credential: .sas(address), transport: transport, clock: Self.now,
        createsContainer: false)
    }

    /// What a blob holds; `nil`: there is none.
    func content(_ name: String) async throws -> String? {
      do {
        let bytes = try await container().opened().content(of: ListedBlob(name: name, bytes: -1), limit: 64 << 20)
        return String(decoding: bytes, as: UTF8.self)
      } catch StoreError.artifact { return nil }
    }

    /// Writes a blob as a service would, with the address that the store gave.
    func put(
      _ text: String, _ name: String, at address: Secret, _ headers: [(name: String, value: String)] = []
    ) async throws -> Int {
      try await put(Array(text.utf8), name, at: address, headers)
    }

    func put(
      _ bytes: [UInt8], _ name: String, at address: Secret, _ headers: [(name: String, value: String)] = []
    ) async throws -> Int {
      let parts = address.reveal().split(separator: "?", maxSplits: 1)
      let response = try await transport.send(
        HTTPRequest(
          "PUT", "\(parts[0])/\(name)?\(parts[1])",
          headers: [("x-ms-blob-type", "BlockBlob"), ("x-ms-version", "2021-12-02")] + headers, body: bytes))
      return response.head.status
    }

    var files: [String] {
      let root = folder.resolvingSymlinksInPath().path
      let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
      return all.filter { !$0.hasDirectoryPath }.map {
        String($0.resolvingSymlinksInPath().path.dropFirst(root.count + 1))
      }.sorted()
    }
  }

  @Test func `what a task wrote under its prefix is read, counted and proved`() async throws {
    try await withCloud { bench in
      let store = bench.container()
      let address = try await store.address(for: Self.delivery)
      #expect(try await bench.put(#"[{"n":1},{"n":2}]"#, "event/t-1/part-00000.json", at: address) == 201)
      #expect(try await bench.put(#"[{"n":3}]"#, "event/t-1/part-00001.json", at: address) == 201)
      #expect(try await bench.put(#"[{"n":9}]"#, "event/t-2/part-00000.json", at: address) == 201)

      let result = try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)

      #expect(result.level == .verified)
      #expect(result.artifacts.map(\.name) == ["event/t-1/part-00000.json", "event/t-1/part-00001.json"])
      #expect(result.rows == 3)
      #expect(result.artifacts[0].sha256 == Digest(of: #"[{"n":1},{"n":2}]"#))
    }
  }

  @Test func `fewer rows than were asked for, over all files, are not good, and take no final name`() async throws {
    try await withCloud { bench in
      let address = try await bench.container().address(for: Self.delivery)
      _ = try await bench.put(#"[{"n":1},{"n":2}]"#, "event/t-1/part-00000.json", at: address)
      _ = try await bench.put(#"[{"n":3}]"#, "event/t-1/part-00001.json", at: address)
      var (enough, more) = (Self.expectation, Self.expectation)
      (enough.minRows, more.minRows) = (3, 4)
      let refusal = StoreError.artifact("the files have 3 rows, and 'min_rows' wants 4")

      for store in [bench.container(), bench.directory()] as [any ArtifactStore] {
        await #expect(throws: refusal) { try await store.collect(Self.delivery, of: Self.task, expecting: more) }
      }
      #expect(bench.files == [])
      for store in [bench.container(), bench.directory()] as [any ArtifactStore] {
        #expect(try await store.collect(Self.delivery, of: Self.task, expecting: enough).rows == 3)
      }
      // What was brought here before is held to it as well.
      await #expect(throws: refusal) {
        try await bench.directory().collect(Self.delivery, of: Self.task, expecting: more)
      }
    }
  }

  @Test func `the minted address may write and list, and not read`() async throws {
    try await withCloud { bench in
      let address = try await bench.container().address(for: Self.delivery)
      _ = try await bench.put("[]", "a.json", at: address)
      let parts = address.reveal().split(separator: "?", maxSplits: 1)

      let list = try await bench.transport.send(HTTPRequest("GET", "\(address.reveal())&restype=container&comp=list"))
      let read = try await bench.transport.send(HTTPRequest("GET", "\(parts[0])/a.json?\(parts[1])"))

      #expect(list.head.status == 200)
      #expect(read.head.status == 403)
      #expect(read.head.header("x-ms-error-code") == "AuthorizationPermissionMismatch")
    }
  }

  @Test func `a credential that cannot read leads to listed`() async throws {
    try await withCloud { bench in
      let address = try await bench.container().address(for: Self.delivery)
      _ = try await bench.put("cut", "event/t-1/part-00000.json", at: address)
      let store = AzureContainerStore(
        url: "\(bench.endpoints.blobURL)/lake", credential: .sas(address), transport: bench.transport, clock: Bench.now,
        createsContainer: false)

      let result = try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)

      #expect(
        result
          == Verification(
            .listed, artifacts: [Artifact(name: "event/t-1/part-00000.json", bytes: 3, sha256: nil, rows: nil)]))
    }
  }

  @Test func `without a prefix, names that hold the task's id are its own`() async throws {
    try await withCloud { bench in
      let store = bench.container()
      let address = try await store.address(for: Self.delivery)
      _ = try await bench.put(#"[{"n":1}]"#, "anything-t-1.json", at: address)
      _ = try await bench.put(#"[{"n":1}]"#, "anything-t-2.json", at: address)

      let result = try await store.collect(
        Self.delivery, of: FinishedTask(id: "t-1", prefix: nil), expecting: Self.expectation)

      #expect(result.artifacts.map(\.name) == ["anything-t-1.json"])
    }
  }

  @Test func `files that are missing, empty, cut or other than their manifest fail the attempt`() async throws {
    try await withCloud { bench in
      let store = bench.container()
      let address = try await store.address(for: Self.delivery)
      var task = Self.task
      task.type = "Event"
      func problem() async -> StoreError? {
        do {
          _ = try await store.collect(Self.delivery, of: task, expecting: Self.expectation)
          return nil
        } catch { return error as? StoreError }
      }

      #expect(await problem() == .artifact("the task left no file"))
      _ = try await bench.put(#"[{"n":1}"#, "event/t-1/part-00000.json", at: address)
      #expect(
        await problem()
          == .artifact("'event/t-1/part-00000.json': the file is cut off: JSON ends in the middle at byte 8"))
      _ = try await bench.put(#"[{"n":1}]"#, "event/t-1/part-00000.json", at: address)
      _ = try await bench.put(
        #"{"parts":[{"name":"part-00000.json","bytes":9},{"name":"part-00001.json","bytes":9}]}"#,
        "event/t-1/manifest.json", at: address)
      #expect(await problem() == .artifact("'part-00001.json' is in the task's manifest and not there"))
      _ = try await bench.put(
        #"{"parts":[{"name":"part-00000.json","bytes":8}]}"#, "event/t-1/manifest.json", at: address)
      #expect(await problem() == .artifact("'event/t-1/part-00000.json' has 9 bytes, and its manifest says 8"))
      for (members, reason) in [
        (#""taskId":"t-2""#, "'event/t-1/manifest.json' is the manifest of the task t-2"),
        (#""exportFormat":"CsvBlob""#, "'event/t-1/manifest.json' says that the files are csv, not json"),
        (
          #""exportType":"Activity""#,
          "'event/t-1/manifest.json' says that the files are of Activity, and the service of Event"
        ),
      ] {
        _ = try await bench.put("{\"parts\":[],\(members)}", "event/t-1/manifest.json", at: address)
        #expect(await problem() == .artifact(reason))
      }
      _ = try await bench.put(
        #"{"parts":[{"name":"part-00000.json","rows":2}],"taskId":"t-1","exportType":"event","exportFormat":"JsonBlob"}"#,
        "event/t-1/manifest.json", at: address)
      #expect(
        await problem() == .artifact("'event/t-1/part-00000.json': it has 1 row, and 2 were announced"))
      _ = try await bench.put(
        #"{"parts":[{"name":"part-00000.json","bytes":9}]}"#, "event/t-1/manifest.json", at: address)
      #expect(await problem() == nil)
    }
  }

  @Test(arguments: ["ksnZRu1rnNg+Jrz899vGvg==", "92c9d946ed6b9cd83e26bcfcf7dbc6be"])
  func `a blob that was replaced by one of the same size is told by the manifest's MD5`(md5: String) async throws {
    try await withCloud { bench in
      let (store, address) = (bench.container(), try await bench.container().address(for: Self.delivery))
      _ = try await bench.put(
        "{\"parts\":[{\"name\":\"part-00000.json\",\"bytes\":9,\"md5\":\"\(md5)\"}]}", "event/t-1/manifest.json",
        at: address)
      _ = try await bench.put(#"[{"n":1}]"#, "event/t-1/part-00000.json", at: address)
      #expect(try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation).rows == 1)

      _ = try await bench.put(#"[{"n":2}]"#, "event/t-1/part-00000.json", at: address)

      do {
        _ = try await bench.directory().collect(Self.delivery, of: Self.task, expecting: Self.expectation)
        Issue.record("it was taken")
      } catch StoreError.artifact(let reason) {
        #expect(reason.contains("MD5"), "\(reason)")
      }
      #expect(bench.files == [])
    }
  }

  @Test func `a file of lines may be empty, and one of another format not`() async throws {
    try await withCloud { bench in
      let address = try await bench.container().address(for: Self.delivery)
      _ = try await bench.put("", "event/t-1/part-00000.jsonl", at: address)
      var expectation = Self.expectation
      expectation.format = "jsonl"

      for store in [bench.container(), bench.directory()] as [any ArtifactStore] {
        let result = try await store.collect(Self.delivery, of: Self.task, expecting: expectation)
        #expect(result.rows == 0 && result.artifacts.count == 1)
        await #expect(throws: StoreError.artifact("'event/t-1/part-00000.jsonl' is empty")) {
          try await bench.container().collect(Self.delivery, of: Self.task, expecting: Self.expectation)
        }
      }
    }
  }

  @Test func `a staging container that cannot be read gives no address, so that no task is made in vain`() async throws
  {
    try await withCloud { bench in
      let address = try await bench.container().address(for: Self.delivery)
      let store = DirectoryStore(root: bench.folder, staging: bench.container(with: address))

      await #expect(
        throws: StoreError.refused(
          "the staging container's SAS does not permit reading, so nothing can be downloaded")
      ) { try await store.address(for: Self.delivery) }
    }
  }

  @Test func `a directory gets the files whole, safely named, with a manifest`() async throws {
    try await withCloud { bench in
      let store = bench.directory()
      let address = try await store.address(for: Self.delivery)
      _ = try await bench.put(#"[{"n":1}]"#, "event/t-1/part-00000.json", at: address)

      let result = try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)
      let again = try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)

      #expect(result.artifacts.map(\.name) == ["history/_shop/event/json/2016-01-01/part-00000.json"])
      #expect(again == result)
      #expect(
        bench.files == [
          "history/_shop/event/json/2016-01-01/MANIFEST.json", "history/_shop/event/json/2016-01-01/part-00000.json",
        ])
    }
  }

  @Test func `a later attempt replaces what was good, and one that is not good touches nothing`() async throws {
    try await withCloud { bench in
      let store = bench.directory()
      let address = try await store.address(for: Self.delivery)
      for part in 0...1 { _ = try await bench.put(#"[{"n":1}]"#, "event/t-1/part-0000\(part).json", at: address) }
      _ = try await bench.put("[{}]", "event/t-2/part-00000.json", at: address)
      _ = try await bench.put(#"[{"n":3}]"#, "event/t-3/part-00000.json", at: address)
      let part = bench.folder.appendingPathComponent("history/_shop/event/json/2016-01-01/part-00000.json")

      _ = try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)
      await #expect(throws: StoreError.artifact("'event/t-2/part-00000.json': row 1 has no 'n'")) {
        try await store.collect(
          Self.delivery, of: FinishedTask(id: "t-2", prefix: "event/t-2/"), expecting: Self.expectation)
      }
      #expect(try String(contentsOf: part, encoding: .utf8) == #"[{"n":1}]"#)
      #expect(bench.files.count == 3)
      _ = try await store.collect(
        Self.delivery, of: FinishedTask(id: "t-3", prefix: "event/t-3/"), expecting: Self.expectation)

      #expect(try String(contentsOf: part, encoding: .utf8) == #"[{"n":3}]"#)
      #expect(bench.files.count == 2)
    }
  }

  @Test func `a root that is a file is told as the disk's refusal`() async throws {
    try await withCloud { bench in
      let store = bench.directory()
      let address = try await store.address(for: Self.delivery)
      _ = try await bench.put(#"[{"n":1}]"#, "event/t-1/part-00000.json", at: address)
      try Data("x".utf8).write(to: bench.folder)

      let error = await #expect(throws: StoreError.self) {
        try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)
      }
      guard case .disk? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }
  }

  @Test func `a container that does not exist is never there, and a wrong key is refused`() async throws {
    try await withCloud { bench in
      let wrong = AzureContainerStore(
        url: "\(bench.endpoints.blobURL)/lake", credential: .accountKey(SignatureTests.key), transport: bench.transport,
        clock: Bench.now, createsContainer: false)
      func problem(_ store: AzureContainerStore) async -> StoreError? {
        do {
          _ = try await store.collect(Self.delivery, of: Self.task, expecting: Self.expectation)
          return nil
        } catch { return error as? StoreError }
      }

      guard case .never(let message)? = await problem(bench.container("nowhere", creates: false)) else {
        return #expect(Bool(false))
      }
      #expect(message.hasPrefix("the container is not there: storage answered 404 ContainerNotFound"))
      guard case .refused(let reason)? = await problem(wrong) else { return #expect(Bool(false)) }
      #expect(reason.hasPrefix("storage answered 403 AuthenticationFailed"))
    }
  }
}
