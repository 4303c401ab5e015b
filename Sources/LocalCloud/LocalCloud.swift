// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Crypto
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// A stand-in for Azure Mobile Engagement, its tokens and Azure Blob storage, on one port of 127.0.0.1.
///
/// Everything it was told is on disk before it answers: killed at any instant and started again on the same
/// directory, it holds the same tasks and blobs and goes on with what was under way.
public final class LocalCloud: Sendable {
  static let account = "outhaulcloud"
  static let stagingContainer = "exports"

  private let configuration: LocalCloudConfiguration
  private let lock: CloudLock
  private let store: CloudStore
  private let blobs: BlobStore
  private let accountKey: Data
  private let signer: TokenSigner
  private let certificate: CloudCertificate?
  private let logger: Logger
  private let faults: Faults
  private let requests = Mutex<[String: Int]>([:])

  /// Opens the data, and makes what is missing of it. Nothing listens yet. The data are this cloud's until it has run.
  /// - Throws: `CloudStartError`, `CloudDataError`.
  public init(_ configuration: LocalCloudConfiguration, logger: Logger) async throws {
    self.configuration = configuration
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    self.logger = quiet
    lock = try CloudLock(configuration.directory)
    store = try CloudStore(directory: configuration.directory, seed: configuration.seed)
    try store.checkSeeds()
    let isNew = try configuration.apps.isEmpty && store.apps().isEmpty
    try store.makeApps(isNew ? configuration.firstApps : configuration.apps, devices: configuration.devicesPerApp)
    signer = try TokenSigner(store)
    certificate = configuration.tls ? try CloudCertificate(directory: configuration.directory) : nil
    blobs = try BlobStore(store: store, directory: configuration.directory)
    try blobs.ensure(container: Self.stagingContainer)
    try blobs.sweep()
    accountKey = Data(SHA512.hash(data: Data("outhaul cloud \(store.seed)".utf8)))
    faults = Faults(configuration.faults, seed: store.seed)
  }

  /// Serves until the calling task is cancelled.
  /// - Parameter onReady: called once, when requests are answered.
  public func run(onReady: @escaping @Sendable (LocalCloudEndpoints) async -> Void) async throws {
    defer { lock.release() }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try trusting())
    let port = Mutex(0)
    let (opening, opened) = AsyncStream.makeStream(of: Void.self)
    let engine = TaskEngine(
      store: store, faults: faults, configuration: configuration, client: client, logger: logger,
      local: { url in Self.moved(url, to: port.withLock { $0 }) })
    let router = router(engine)
    let application = Application(
      responder: CallbackResponder { (request: Request, _: BasicRequestContext) in try await router.respond(to: request)
      },
      server: try server(),
      configuration: .init(address: .hostname("127.0.0.1", port: configuration.port), serverName: nil),
      onServerRunning: { channel in
        let bound = channel.localAddress?.port ?? 0
        port.withLock { $0 = bound }
        opened.finish()
        await onReady(self.endpoints(port: bound))
      }, logger: logger)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.serve(application) }
        group.addTask {
          // Tasks write to this cloud's own containers: they wait until it answers.
          for await _ in opening {}
          try await engine.run()
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
      // The way it ends.
    } catch {
      try? await client.shutdown()
      guard let refusal = error as? IOError, [EADDRINUSE, EACCES].contains(refusal.errnoCode) else { throw error }
      throw CloudStartError.port(
        configuration.port, reason: refusal.errnoCode == EACCES ? "that is not permitted" : "it is in use")
    }
    try await client.shutdown()
  }

  private func server() throws -> HTTPServerBuilder {
    guard let certificate else { return .http1() }
    return try .tls(
      tlsConfiguration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.certificate.path).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.key.path, format: .pem))))
  }

  /// Exports go to this cloud's own containers, whose certificate nobody else vouches for, or to others.
  private func trusting() throws -> HTTPClient.Configuration {
    guard let certificate else { return HTTPClient.Configuration() }
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.additionalTrustRoots = [.file(certificate.certificate.path)]
    return HTTPClient.Configuration(tlsConfiguration: tls)
  }

  /// Serves until the calling task is cancelled; then answers what was asked already, and closes.
  private func serve(_ application: some Service) async throws {
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    let group = ServiceGroup(configuration: configuration)
    // Cancelled outright, the server would drop connections in the middle of their bookkeeping: it is asked to stop
    // instead, from outside of the cancelled task.
    let serving = Task { try await group.run() }
    try await withTaskCancellationHandler {
      try await serving.value
    } onCancel: {
      Task { await group.triggerGracefulShutdown() }
    }
  }

  public func statistics() async throws -> LocalCloudStatistics {
    let tasks = try store.countTasks()
    let live = try store.mostLive()
    return LocalCloudStatistics(
      tasks: tasks.all, tasksByDescription: tasks.byDescription, requests: requests.withLock { $0 },
      mostLive: live.all.most, mostLiveByApp: live.byApp.mapValues(\.most),
      mostLiveByCollection: live.byCollection.mapValues(\.most),
      duplicates: tasks.byDescription.filter { TaskMark($0.key) != nil && $0.value > 1 },
      liveDuplicates: live.byKey.mapValues(\.most).filter { $0.value > 1 })
  }

  /// That are served, in the order in which they were made.
  public func apps() throws -> [LocalCloudApp] { try store.apps().map(\.app) }

  // MARK: Parts

  private func router(_ engine: TaskEngine) -> CloudRouter {
    let credential = configuration.credential
    let check = TokenCheck(signer: signer, tenant: credential.tenant, isStrict: configuration.strict)
    let tokens = TokenRoutes(credential: credential, signer: signer)
    let count: @Sendable (String) -> Void = { operation in
      self.requests.withLock { $0[operation, default: 0] += 1 }
    }
    let management = ManagementRoutes(
      store: store,
      exports: ExportRoutes(
        store: store, engine: engine, faults: faults, extended: configuration.extended, speed: configuration.speed),
      catalogue: CatalogueRoutes(store: store), check: check, faults: faults, scheme: scheme, home: subscription,
      count: count)
    return CloudRouter(
      account: Self.account, faults: faults, management: management, page: PageRoutes(store: store), tokens: tokens,
      discovery: DiscoveryRoutes(signer: signer, tenant: credential.tenant),
      identities: IdentityRoutes(credential: credential, tokens: tokens),
      blobs: BlobRoutes(
        store: blobs, signatures: SignatureCheck(account: Self.account, key: SymmetricKey(data: accountKey)),
        tokens: check),
      scheme: scheme, hasControl: configuration.control, statistics: { try await self.statistics() }, count: count)
  }

  private func endpoints(port: Int) -> LocalCloudEndpoints {
    let base = "\(scheme)://127.0.0.1:\(port)"
    let credential = configuration.credential
    return LocalCloudEndpoints(
      managementURL: base, authorityURL: base, blobURL: "\(base)/\(Self.account)", account: Self.account,
      accountKey: accountKey.base64EncodedString(), stagingContainer: Self.stagingContainer,
      stagingSAS: "\(base)/\(Self.account)/\(Self.stagingContainer)?\(stagingQuery())", tenant: credential.tenant,
      client: credential.client, secret: credential.secret, assertion: credential.assertion, identityURL: base,
      appIdentityURL: "\(base)/msi/token", identityHeader: credential.identityHeader,
      subscription: subscription, controlURL: configuration.control ? "\(base)/_control" : nil, pageURL: "\(base)/",
      certificate: certificate?.certificate.path)
  }

  private var subscription: String {
    (try? store.apps().first?.app.subscription) ?? LocalCloudApp.subscription
  }

  private var scheme: String { certificate == nil ? "http" : "https" }

  /// A service SAS of version 2018-11-09 for a year.
  private func stagingQuery() -> String {
    let expiry = CloudTime.seconds(CloudTime.now + 365 * CloudTime.dayLength)
    let fields = [
      "rwl", "", expiry, "/blob/\(Self.account)/\(Self.stagingContainer)", "", "", "https,http", "2018-11-09", "c", "",
      "", "", "", "", "",
    ]
    let check = SignatureCheck(account: Self.account, key: SymmetricKey(data: accountKey))
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    return [
      ("sv", "2018-11-09"), ("sr", "c"), ("sp", "rwl"), ("se", expiry), ("spr", "https,http"),
      ("sig", check.signature(fields.joined(separator: "\n"))),
    ].map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }.joined(separator: "&")
  }

  /// A URL of our own storage at the port of today.
  private static func moved(_ url: String, to port: Int) -> String {
    guard var parts = URLComponents(string: url), parts.host == "127.0.0.1", parts.path.hasPrefix("/\(account)/") else {
      return url
    }
    parts.port = port
    return parts.string ?? url
  }
}
