// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// What services and containers may do to the doctor, and how it gets there.
@Suite struct DoctorFindingTests {
  /// One service with a list, and one container.
  private static func manifest(base: String, container: String, credential: String = "account_key") -> String {
    """
    manifest: 1
    name: small
    secrets: {key: {env: KEY}}
    services: {small: {use: ./small.yaml, base: "\(base)", with: {account: a}, credential: none}}
    destinations: {lake: {azure_container: "\(container)", \(credential): "${secret.key}"}}
    apps: {one: {with: {app: one}}}
    exports:
      rows: {service: small, apps: all, datasets: rows, destination: lake, window: {every: day, last: 1d}}

    """
  }

  private static func folder(_ manifest: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")
    try folder.write(manifest, to: "manifest.yaml")
    return folder
  }

  private static func unwrapped(_ text: String) -> String { text.replacing(#/\n {9,}/#, with: " ") }

  /// Each check has one line, and what to do one more; nothing in them moves a terminal's cursor.
  private static func expectLines(_ text: String) {
    let lines = text.split(separator: "\n")
    #expect(
      lines.allSatisfy {
        $0.hasPrefix("ok ") || $0.hasPrefix("warning ") || $0.hasPrefix("failed ") || $0.hasPrefix("         ")
      })
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" }, "\(text)")
  }

  // MARK: Proxies

  @Test func `services and containers are reached through the proxy of the environment, before a run and in one`()
    async throws
  {
    try await ScriptedServer.with({ _ in .answer(502) }) { proxy in
      let folder = try Self.folder(
        Self.manifest(base: "https://small.invalid", container: "https://acct.blob.invalid/lake"))
      let environment = ["KEY": "a2V5", "HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"]

      let doctor = try await Program.run(["doctor", "manifest.yaml"], in: folder.url, environment: environment)
      let asked = Set(proxy.requests.map { "\($0.method) \($0.target)" })
      let run = try await Program.run(
        ["run", "manifest.yaml", "--max-duration", "1s"], in: folder.url, environment: environment)

      #expect(doctor.status == 69, "\(doctor.output)")
      #expect(doctor.output.contains("small.invalid does not answer: the proxy refuses to connect"))
      #expect(asked == ["CONNECT small.invalid:443", "CONNECT acct.blob.invalid:443"])
      #expect(run.status == 3, "\(run.errors)")
      #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" })
      let after = proxy.requests.map(\.target)
      #expect(after.count { $0 == "acct.blob.invalid:443" } > 2 || after.count { $0 == "small.invalid:443" } > 2)
    }
  }

  // MARK: Services

  @Test(arguments: [
    ("<html><h1>Sign in</h1></html>", "the list cannot be read: it came with a page instead of JSON"),
    (#"{"value":[],"nextLink":"https://elsewhere.invalid/"}"#, "the list goes on at another host than the service's"),
  ])
  func `a catalogue that is answered badly is no fault of the manifest`(body: String, words: String) async throws {
    try await ScriptedServer.with({ _ in .json(200, body) }) { service in
      let folder = try TemporaryFolder()
      let manifest = SampleManifest.nightly(days: 1, apps: 1)
        .replacing("  app-1: {with: {collection: contoso, app: app-1}}", with: "  discover: engagement")
        .replacing(#/azure_client:\n(?: {8}.*\n)+/#, with: "bearer: \"${secret.engagement_secret}\"\n")
      try folder.write(manifest, to: "manifest.yaml")
      let environment = ["ENGAGEMENT_SECRET": "x", "STAGING_KEY": "a2V5"]
      let variables = ["--var", "base=\(service.url)", "--var", "container=http://127.0.0.1:1/acct/c"]

      let doctor = try await Program.run(
        ["doctor", "manifest.yaml"] + variables, in: folder.url, environment: environment)
      let told = Self.unwrapped(doctor.output)

      #expect(doctor.status == 69, "\(told)")
      #expect(told.contains("failed   service engagement, catalogue: \(words) (request "), "\(told)")
      guard body.hasPrefix("{") else { return }
      // What is asked again first takes its time: the other is not.
      let apps = try await Program.run(["apps", "manifest.yaml"] + variables, in: folder.url, environment: environment)
      #expect(apps.status == 69)
      #expect(apps.errors.hasPrefix("error: the catalogue of 'engagement' cannot be read: \(words) (request "))
      #expect(service.requests.allSatisfy { $0.fields["x-ms-client-request-id"]?.count == 36 })
    }
  }

  @Test func `the way that azure_default went is told`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing(#/credential:\n {6}azure_client:\n(?: {8}.*\n)+/#, with: "credential: azure_default\n")
      .replacing("  engagement_secret: {env: ENGAGEMENT_SECRET}\n", with: "")
    try folder.write(manifest, to: "manifest.yaml")
    let ids = [
      "AZURE_TENANT_ID": cloud.endpoints.tenant, "AZURE_CLIENT_ID": cloud.endpoints.client,
      "AZURE_CLIENT_SECRET": cloud.endpoints.secret, "AZURE_AUTHORITY_HOST": cloud.endpoints.authorityURL,
      "STAGING_KEY": cloud.endpoints.accountKey,
    ]
    let container = "container=\(cloud.endpoints.blobURL)/\(cloud.endpoints.stagingContainer)"

    let result = try await Program.run(
      ["doctor", "manifest.yaml", "--var", "base=\(cloud.endpoints.managementURL)", "--var", container],
      in: folder.url, environment: ids)

    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(Self.unwrapped(result.output).contains(", by azure_default (EnvironmentCredential)\n"), "\(result.output)")
  }

  // MARK: Containers

  @Test func `an account key that is another's is refused by the container, in one line`() async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: [])
    var environment = world.cloud.environment
    environment["STAGING_KEY"] = Data("another's, and long enough".utf8).base64EncodedString()

    let result = try await Program.run(world.arguments(["doctor"]), in: world.folder.url, environment: environment)

    let told = Self.unwrapped(result.output)
    #expect(result.status == 77, "\(told)")
    for check in ["list", "write"] {
      #expect(
        told.contains(
          "failed   destination staging, \(check): storage answered 403 AuthenticationFailed: The MAC signature found in the "
            + "HTTP request is not the same as any computed signature (request "), "\(told)")
    }
    #expect(told.contains("-> check that the credential is this container's, and which rights it has"))
    Self.expectLines(result.output)
  }

  @Test func `a signature that was not made with the account's key is refused by the container`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let parts = cloud.endpoints.stagingSAS.split(separator: "?").map(String.init)
    try folder.write(StoppableService.description, to: "small.yaml")
    try folder.write(
      Self.manifest(base: "http://127.0.0.1:1", container: parts[0], credential: "sas"), to: "manifest.yaml")
    let wrong = parts[1].replacing(#/sig=[^&]+/#, with: "sig=Y2FuYXJ5")

    let result = try await Program.run(["doctor", "manifest.yaml"], in: folder.url, environment: ["KEY": wrong])

    let told = Self.unwrapped(result.output)
    #expect(result.status == 77, "\(told)")
    #expect(told.contains("failed   destination lake, list: storage answered 403 AuthenticationFailed: "), "\(told)")
    #expect(told.contains("failed   destination lake, write: storage answered 403 AuthenticationFailed: "), "\(told)")
    #expect(!told.contains("Y2FuYXJ5"))
    Self.expectLines(result.output)
  }

  @Test func `a signature that may list and not write is told as that`() async throws {
    let script: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply = { request in
      request.method == "PUT"
        ? .answer(403, ["x-ms-error-code": "AuthorizationPermissionMismatch"])
        : .answer(200, [:], Array("<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>".utf8))
    }
    try await ScriptedServer.with(script) { storage in
      let folder = try Self.folder(
        Self.manifest(base: "http://127.0.0.1:1", container: "\(storage.url)/acct/lake", credential: "sas"))

      // What a stored policy permits, only the container knows.
      let result = try await Program.run(
        ["doctor", "manifest.yaml"], in: folder.url,
        environment: ["KEY": "sv=2021-12-02&sr=c&si=nightly&sig=Y2FuYXJ5"])

      let told = Self.unwrapped(result.output)
      #expect(result.status == 77, "\(told)")
      #expect(told.contains("ok       destination lake, list: the container can be listed"), "\(told)")
      #expect(
        told.contains(
          "failed   destination lake, write: storage answered 403 AuthorizationPermissionMismatch (request "), "\(told)"
      )
      #expect(!told.contains("Y2FuYXJ5"))
    }
  }
}
