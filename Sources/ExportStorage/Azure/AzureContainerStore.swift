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
    /// Tokens for `TokenAudience.storage`: a SAS is signed for each attempt with a user delegation key.
    case tokens(any TokenSource)
  }

  /// How long a signature for one attempt lives where nobody knows how long the job is waited for.
  public static let signatureLife: Duration = .seconds(24 * 3600)
  /// Clocks of two machines differ.
  static let clockSkew: Duration = .seconds(900)

  let url: String
  let container: BlobContainer?
  let clock: @Sendable () -> Instant
  let creation: OnceOnly?
  let delegation: DelegationKeys?
  private let trial = OnceOnly()
  private let listing = SharedListing()

  /// - Parameters:
  ///   - url: of the container, without a query and without a slash at its end.
  ///   - createsContainer: whether a container that does not exist is made (not with a SAS).
  public init(
    url: String, credential: Credential, transport: any HTTPTransport, clock: @escaping @Sendable () -> Instant,
    createsContainer: Bool
  ) {
    (self.url, self.clock) = (url, clock)
    let access: BlobContainer.Access? =
      switch credential {
      case .accountKey(let secret): AccountKey(account: Self.account(in: url), secret: secret).map { .key($0) }
      case .sas(let secret): .sas(GivenSAS(secret))
      case .tokens(let tokens): .tokens(tokens)
      }
    container = access.map { BlobContainer(url: url, access: $0, transport: transport, clock: clock) }
    creation = createsContainer ? OnceOnly() : nil
    if case .tokens(let tokens) = credential {
      let account = url.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      delegation = DelegationKeys(
        BlobContainer(url: account, access: .tokens(tokens), transport: transport, clock: clock))
    } else {
      delegation = nil
    }
  }

  public func address(for delivery: Delivery) async throws -> Secret {
    let container = try opened()
    if case .sas(let sas) = container.access {
      if let problem = sas.problem(now: clock(), rights: delivery.rights, url: url) {
        throw StoreError.refused("the given SAS cannot be used: \(problem)")
      }
      if sas.mayList { try await hold(container) }
      return Secret("\(url)?\(sas.query)")
    }
    try await creation?.run { try await container.create() }
    try await hold(container)
    return Secret("\(url)?\(try await minted(for: delivery, container))")
  }

  /// A signature with no right that the service does not need, and no longer life than the job is waited for.
  private func minted(for delivery: Delivery, _ container: BlobContainer) async throws -> String {
    let now = clock()
    var sas = ContainerSAS(
      account: Self.account(in: url), container: url.split(separator: "/").last.map(String.init) ?? "",
      permissions: delivery.rights, start: now.advanced(by: .zero - Self.clockSkew),
      expiry: now.advanced(by: (delivery.patience ?? Self.signatureLife) + Self.clockSkew),
      isSecure: url.hasPrefix("https:"))
    if case .key(let key) = container.access { return sas.query(signedBy: key) }
    guard let key = try await delegation?.key(until: sas.expiry) else {
      throw StoreError.refused("nothing can sign for the container")
    }
    sas.expiry = min(sas.expiry, key.expiry)
    return sas.query(signedBy: key)
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
    let blobs = try await artifacts(of: task, format: expectation.format)
    guard mayRead else {
      return Verification(
        .listed, artifacts: blobs.map { Artifact(name: $0.name, bytes: $0.bytes, sha256: nil, rows: nil) })
    }
    let (container, twins) = (try opened(), TwinWatch(expectation.unique))
    var artifacts: [Artifact] = []
    for blob in blobs {
      artifacts.append(
        try await Self.explained(blob.name) {
          var check = try ContentCheck(blob.announced, expectation, twins: twins)
          try await container.read(blob) { try check.take($0) }
          return try check.finish(named: blob.name)
        })
    }
    return try expectation.hold(Verification(.verified, artifacts: artifacts))
  }

  // MARK: For other stores

  /// What the credential permits besides writing.
  public var mayRead: Bool {
    switch container?.access {
    case .sas(let sas): sas.mayRead
    case .key, .tokens: true
    case nil: false
    }
  }

  /// The files that the task made, held against the task's own manifest when there is one to read, with what it says of
  /// them.
  func artifacts(of task: FinishedTask, format: String) async throws -> [ListedBlob] {
    let listed = try await listing.list(task.listedPrefix, of: opened())
    let own = try task.own(listed)
    let manifest = own.first { blob in task.manifest.map { blob.name.hasSuffix("/" + $0) } ?? false }
    var blobs = own.filter { $0.name != manifest?.name }
    if let manifest, mayRead {
      blobs = try await TaskManifest(reading: manifest, of: opened()).hold(blobs, of: task, format: format)
    }
    guard !blobs.isEmpty else { throw StoreError.artifact("the task left no file") }
    // No line is a good file of lines.
    if format != "jsonl", let empty = blobs.first(where: { $0.bytes == 0 }) {
      throw StoreError.artifact("'\(empty.name)' is empty")
    }
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
