// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `doctor`: what a run needs, looked at before it.
@Suite(.serialized) struct DoctorCommandTests {
  private static let manifest = SampleManifest.nightly(days: 1, apps: 1)

  /// The staging container with a signature in place of the account's key.
  private static func signed(_ container: String) -> String {
    manifest.replacing("account_key: \"${secret.staging_key}\"", with: "sas: \"${secret.staging_key}\"")
      .replacing("container: https://contoso.blob.core.windows.net/staging", with: "container: \(container)")
  }

  @Test func `a rehearsal is looked at in order, and all is well`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")

    let text = try await Program.run(["doctor", "manifest.yaml", "--local"], in: folder.url)
    let json = try await Program.run(["doctor", "manifest.yaml", "--local", "--output", "json"], in: folder.url)

    #expect(text.status == 0 && json.status == 0, "\(text.output)")
    let document = try JSONValue(parsing: json.output)
    let checks = document["checks"]?.array?.map { "\($0["area"]?.string ?? "") \($0["check"]?.string ?? "")" } ?? []
    #expect(
      checks == [
        "manifest valid", "secret reference", "secret reference", "service host", "service clock", "service token",
        "service catalogue", "destination credential", "destination list", "destination write", "destination folder",
        "destination space",
      ])
    #expect(document["verdict"] == "ok")
    #expect(
      text.output.split(separator: "\n").allSatisfy {
        ($0.hasPrefix("ok ") || $0.hasPrefix("         ")) && $0.count <= 100
      }, "\(text.output)")
    #expect(try await SchemaValidator.problems([("doctor", document)]) == [nil])
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(".outhaul").path))
  }

  @Test func `everything is looked at against a real cloud, with whose token it is and how long that lives`()
    async throws
  {
    let world = try await CloudWorld(Self.manifest, cloud: [])
    // The container is not there: it is told, and what to do.
    let nowhere = "container=\(world.cloud.endpoints.blobURL)/nowhere"
    let before = try await world.perform("doctor", "--var", nowhere)
    let container = "\(world.cloud.endpoints.blobURL)/\(world.cloud.endpoints.stagingContainer)"
    let after = try await world.perform("doctor", "--var", "container=\(container)")

    #expect(before.status == 69, "\(before.output)")
    #expect(
      Self.unwrapped(before.output).contains(
        "failed   destination staging, list: the container is not there: storage answered 404 ContainerNotFound"))
    #expect(Self.unwrapped(before.output).contains("-> check the container's URL, and that it exists"))
    #expect(after.status == 0, "\(after.output)")
    #expect(
      Self.unwrapped(after.output).contains(
        "token: a JSON web token was given, tenant contoso.example, identity \(world.cloud.endpoints.client), good for 59m, by client "
      ))
    #expect(Self.unwrapped(after.output).contains("the service lists 4 apps"))
    #expect(
      Self.unwrapped(after.output).contains(
        "destination staging, write: the container can be written; the probe was taken away"))
    for secret in [world.cloud.endpoints.secret, world.cloud.endpoints.accountKey] {
      #expect(!(before.output + after.output + after.errors).contains(secret))
    }
    #expect(try await world.cloud.statistics().tasks == 0)
  }

  /// The text with each check on one line.
  private static func unwrapped(_ text: String) -> String { text.replacing(#/\n {9,}/#, with: " ") }

  // MARK: Secrets

  @Test func `a missing, an empty and a blank secret are told apart, and the others are looked at all the same`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.manifest.replacing(
        "staging_key: {env: STAGING_KEY}", with: "staging_key: {file: key}\n  spare: {env: SPARE}"),
      to: "manifest.yaml")
    try folder.write("Y2FuYXJ5\n\n", to: "key")

    let result = try await Program.run(
      ["doctor", "manifest.yaml", "--var", "base=http://127.0.0.1:1", "--var", "container=http://127.0.0.1:1/acct/c"],
      in: folder.url, environment: ["SPARE": ""])

    #expect(result.status == 77, "\(result.output)")
    #expect(
      result.output.contains(
        "failed   secret engagement_secret, reference: the environment variable ENGAGEMENT_SECRET is not set\n"
          + "         -> set ENGAGEMENT_SECRET where outhaul runs\n"))
    #expect(result.output.contains("failed   secret spare, reference: the environment variable SPARE is empty\n"))
    #expect(
      result.output.contains(
        "warning  secret staging_key, reference: from the file key: it ends with a line end, which is"))
    #expect(result.output.contains("failed   service engagement, host: 127.0.0.1:1 does not answer: "))
    #expect(result.output.contains("failed   service engagement, token: its secret is missing\n"))
    #expect(result.output.contains("failed   destination staging, "))
    #expect(!result.output.contains("Y2FuYXJ5"))
  }

  // MARK: Services

  @Test func `a service out of reach alone is 69, an invalid manifest 65 with its problems`() async throws {
    let world = try await CloudWorld(Self.manifest, cloud: [])
    try world.folder.write(Self.manifest.replacing("[activity, event", with: "[activity, evnt"), to: "wrong.yaml")
    let container = "\(world.cloud.endpoints.blobURL)/\(world.cloud.endpoints.stagingContainer)"

    let nobody = try await world.perform(
      "doctor", "--var", "base=http://127.0.0.1:1", "--var", "container=\(container)")
    let wrong = try await Program.run(["doctor", "wrong.yaml"], in: world.folder.url)
    let json = try await Program.run(["doctor", "wrong.yaml", "--output", "json"], in: world.folder.url)

    #expect(nobody.status == 69, "\(nobody.output)")
    #expect(nobody.output.contains("-> check 'base', the network and the proxy; then try again"))
    #expect(nobody.output.contains("failed   service engagement, catalogue: "))
    #expect(wrong.status == 65)
    #expect(wrong.output.hasPrefix("failed   wrong.yaml: invalid: 1 error\n"), "\(wrong.output)")
    #expect(wrong.errors.contains("unknown dataset 'evnt'"))
    #expect(try await SchemaValidator.problems([("doctor", JSONValue(parsing: json.output))]) == [nil])
  }

  @Test func `a refused credential is 77 and names the check`() async throws {
    let world = try await CloudWorld(Self.manifest, cloud: [])

    let result = try await Program.run(
      world.arguments(["doctor"]), in: world.folder.url,
      environment: ["ENGAGEMENT_SECRET": "canary-wrong", "STAGING_KEY": world.cloud.endpoints.accountKey])

    #expect(result.status == 77)
    #expect(result.output.contains("failed   service engagement, token: the credential of client "))
    #expect(!(result.output + result.errors).contains("canary"))
  }

  @Test(arguments: [
    (90, "warning", "the clock here is 1m", 0 as Int32), (600, "failed", "the clock here is 1", 77),
    (0, "ok", "the clocks agree within", 0),
  ])
  func `the clock is held against the service's`(
    behind: Int, verdict: String, message: String, status: Int32
  ) async throws {
    let folder = try TemporaryFolder()
    try folder.write(StoppableService.description, to: "small.yaml")
    let formatter = DateFormatter()
    (formatter.locale, formatter.timeZone) = (Locale(identifier: "en_US_POSIX"), TimeZone(identifier: "GMT"))
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let date = formatter.string(from: Date(timeIntervalSinceNow: -Double(behind)))
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    try await StoppableService.with(date: date) { service in
      try folder.write(
        """
        manifest: 1
        name: small
        secrets: {key: {env: KEY}}
        services: {small: {use: ./small.yaml, base: "\(service.url)", with: {account: a}, credential: none}}
        destinations:
          lake:
            azure_container: \(cloud.endpoints.blobURL)/\(cloud.endpoints.stagingContainer)
            account_key: "${secret.key}"
        apps: {one: {with: {app: one}}}
        exports:
          rows: {service: small, apps: all, datasets: rows, destination: lake, window: {every: day, last: 1d}}

        """, to: "manifest.yaml")

      let result = try await Program.run(
        ["doctor", "manifest.yaml"], in: folder.url, environment: ["KEY": cloud.endpoints.accountKey])

      #expect(result.status == status, "\(result.output)")
      let line = result.output.split(separator: "\n").first { $0.contains("small, clock") } ?? ""
      #expect(line.hasPrefix(verdict) && line.contains(message), "\(line)")
      #expect(service.server.requests.allSatisfy { $0.fields["x-ms-client-request-id"]?.count == 36 })
      #expect(result.output.contains("service small, token: requests need no token"))
      #expect(result.output.contains("service small, list: the list of tasks can be read: 0 on its first page"))
    }
  }

  // MARK: Destinations

  @Test func `a given signature is read, tried and held against the time; what it cannot delete is named`() async throws
  {
    let world = try await CloudWorld(Self.manifest, cloud: [])
    let parts = world.cloud.endpoints.stagingSAS.split(separator: "?").map(String.init)
    try world.folder.write(Self.signed(parts[0]), to: "manifest.yaml")
    var environment = world.cloud.environment
    environment["STAGING_KEY"] = parts[1]
    let signature = try #require(parts[1].firstMatch(of: #/sig=([^&]+)/#)).1

    let result = try await Program.run(
      [
        "doctor", "manifest.yaml", "--var", "base=\(world.cloud.endpoints.managementURL)", "--var",
        "authority=\(world.cloud.endpoints.authorityURL)", "--var", "tenant=\(world.cloud.endpoints.tenant)",
        "--var", "client=\(world.cloud.endpoints.client)",
      ],
      in: world.folder.url, environment: environment)

    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("destination staging, credential: service SAS, rights r"), "\(result.output)")
    #expect(result.output.contains("left; no earlier task tells how long a run takes"))
    #expect(Self.unwrapped(result.output).contains("the probe 'outhaul-doctor-probe' stays there"))
    #expect(!result.output.contains(signature))
  }

  @Test(arguments: [
    ("sv=2021-12-02&sr=c&sp=rwl&se=2016-01-01T00:00:00Z&sig=canary", "the SAS ended at 2016-01-01T00:00:00Z"),
    ("sv=2021-12-02&sr=c&sp=rl&se=2099-01-01T00:00:00Z&sig=canary", "the service SAS has 'rl' and lacks 'w'"),
    ("sv=2021-12-02&sr=c&sp=wl&se=2099-01-01T00:00:00Z&sig=canary", "lacks 'r'"),
    ("sv=2021-12-02&sr=b&sp=rwl&se=2099-01-01T00:00:00Z&sig=canary", "'sr=b' is not a container"),
    ("sv=2021-12-02&ss=b&srt=s&sp=rwl&se=2099-01-01&sig=canary", "'srt=s' lacks c and o"),
    ("sv=2021-12-02&sr=c&sp=rwl&st=2098-01-01&se=2099-01-01&sig=canary", "the SAS begins at 2098-01-01T00:00:00Z only"),
    ("canary", "the SAS is not well formed: it has no signature 'sig'"),
  ])
  func `a signature that is no good is not tried`(sas: String, message: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.signed("http://127.0.0.1:1/acct/c"), to: "manifest.yaml")

    let result = try await Program.run(
      ["doctor", "manifest.yaml", "--var", "base=http://127.0.0.1:1", "--var", "authority=http://127.0.0.1:1"],
      in: folder.url, environment: ["ENGAGEMENT_SECRET": "x", "STAGING_KEY": sas])

    #expect(result.status == 77)
    let told = Self.unwrapped(result.output)
    #expect(told.contains("failed   destination staging, credential: ") && told.contains(message), "\(told)")
    #expect(!told.contains("destination staging, write") && !result.output.contains("canary"))
  }

  @Test func `a key that is no Base64 and a folder that is a file are 77`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    try folder.write("a file", to: "exports")

    let result = try await Program.run(
      ["doctor", "manifest.yaml", "--var", "base=http://127.0.0.1:1", "--var", "authority=http://127.0.0.1:1"],
      in: folder.url, environment: ["ENGAGEMENT_SECRET": "x", "STAGING_KEY": "canary!"])

    #expect(result.status == 77)
    #expect(result.output.contains("destination staging, credential: the account key is not Base64"))
    #expect(
      result.output.contains("destination files, folder: '")
        && Self.unwrapped(result.output).contains("exports' is no folder"))
    #expect(!result.output.contains("canary"))
  }
}
