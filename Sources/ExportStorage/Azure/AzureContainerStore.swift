// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A container of Azure Blob storage, where services write and files stay.
public struct AzureContainerStore: ArtifactStore {
  public enum Credential: Sendable {
    /// The account's key: a SAS with the rights that the service needs is signed for each attempt.
    case accountKey(Secret)
    /// A signature, or a URL with one: taken as given.
    case sas(Secret)
  }

  /// How long a signature for one attempt lives: as long as a job is waited for by default.
  public static let signatureLife: Duration = .seconds(24 * 3600)
  /// Clocks of two machines differ.
  static let clockSkew: Duration = .seconds(900)

  let url: String
  let container: BlobContainer?
  let clock: @Sendable () -> Instant
  let creation: OnceOnly?
  private let trial = OnceOnly()

  /// - Parameters:
  ///   - url: of the container, without a query and without a slash at its end.
  ///   - createsContainer: whether a container that does not exist is made (with the account's key only).
  public init(
    url: String, credential: Credential, transport: any HTTPTransport, clock: @escaping @Sendable () -> Instant,
    createsContainer: Bool
  ) {
    (self.url, self.clock) = (url, clock)
    let access: BlobContainer.Access? =
      switch credential {
      case .accountKey(let secret): AccountKey(account: Self.account(in: url), secret: secret).map { .key($0) }
      case .sas(let secret): .sas(GivenSAS(secret))
      }
    container = access.map { BlobContainer(url: url, access: $0, transport: transport, clock: clock) }
    creation = createsContainer ? OnceOnly() : nil
  }

  public func address(for delivery: Delivery) async throws -> Secret {
    let container = try opened()
    switch container.access {
    case .sas(let sas):
      if let problem = sas.problem(now: clock(), rights: delivery.rights) {
        throw StoreError.refused("the given SAS cannot be used: \(problem)")
      }
      if sas.mayList { try await hold(container) }
      return Secret("\(url)?\(sas.query)")
    case .key(let key):
      try await creation?.run { try await container.create() }
      try await hold(container)
      let name = url.split(separator: "/").last.map(String.init) ?? ""
      let now = clock()
      let query = key.containerSAS(
        name, permissions: delivery.rights, start: now.advanced(by: .zero - Self.clockSkew),
        expiry: now.advanced(by: Self.signatureLife), isSecure: url.hasPrefix("https:"))
      return Secret("\(url)?\(query)")
    }
  }

  /// Finds out once, before any task is made, whether the credential is good here. A container that does not answer
  /// says nothing about that.
  private func hold(_ container: BlobContainer) async throws {
    do { try await trial.run { try await container.probe() } } catch StoreError.again {}
  }

  public func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification {
    if task.isEmpty { return try expectation.hold(Verification(.verified, artifacts: [])) }
    let blobs = try await artifacts(of: task)
    guard mayRead else {
      return Verification(
        .listed, artifacts: blobs.map { Artifact(name: $0.name, bytes: $0.bytes, sha256: nil, rows: nil) })
    }
    var artifacts: [Artifact] = []
    for blob in blobs {
      let container = try opened()
      artifacts.append(
        try await Self.explained(blob.name) {
          try await container.read(blob.name) { body in
            var check = try ContentCheck(expectation)
            while let chunk = try await body.next() { try check.take(chunk) }
            return try check.finish(blob.announced, named: blob.name)
          }
        })
    }
    return try expectation.hold(Verification(.verified, artifacts: artifacts))
  }

  // MARK: For other stores

  /// What the credential permits besides writing.
  public var mayRead: Bool {
    switch container?.access {
    case .sas(let sas): sas.mayRead
    case .key: true
    case nil: false
    }
  }

  /// The files that the task made, held against the task's own manifest when there is one to read.
  func artifacts(of task: FinishedTask) async throws -> [ListedBlob] {
    let listed = try await opened().list(prefix: task.listedPrefix)
    let own = try task.own(listed)
    let manifest = own.first { blob in task.manifest.map { blob.name.hasSuffix("/" + $0) } ?? false }
    let blobs = own.filter { $0.name != manifest?.name }
    if let manifest, mayRead { try await TaskManifest(reading: manifest, of: opened()).hold(blobs) }
    guard !blobs.isEmpty else { throw StoreError.artifact("the task left no file") }
    if let empty = blobs.first(where: { $0.bytes == 0 }) { throw StoreError.artifact("'\(empty.name)' is empty") }
    return blobs
  }

  func opened() throws -> BlobContainer {
    guard let container else { throw StoreError.refused("the account key is not Base64") }
    return container
  }

  /// Turns what is wrong with a content into a failed attempt that names the file.
  static func explained<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as ContentProblem {
      throw StoreError.artifact("'\(name)': \(error.message)")
    }
  }

  /// `ACCOUNT.blob.…/…`, or in path style the first step of the path.
  private static func account(in url: String) -> String {
    let parts = url.split(separator: "/").dropFirst()
    guard let host = parts.first else { return "" }
    let isPathStyle = host.split(separator: ":")[0].allSatisfy { $0.isNumber || $0 == "." } || parts.count > 2
    return String((isPathStyle ? parts.dropFirst().first : host.split(separator: ".").first) ?? "")
  }
}
