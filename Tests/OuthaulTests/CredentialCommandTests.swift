// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BatchExport
import ExportServices

/// Every kind of credential in the real program, against the local cloud.
@Suite struct CredentialCommandTests {
  private static func manifest(_ credential: String, base: String) -> String {
    """
    manifest: 1
    name: asking
    secrets: {unused: {env: UNUSED}}
    services:
      engagement:
        use: azure-mobile-engagement
        base: \(base)
        with: {subscription: 00000000-0000-0000-0000-000000000001, resource_group: MobileEngagement}
        credential: \(credential)
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.unused}"}
    apps: {discover: engagement}
    defaults: {destination: lake}
    exports:
      snapshots: {service: engagement, apps: all, datasets: [tag], window: {every: day}}

    """
  }

  /// A program that notes what it was asked and says something.
  private static func stub(_ name: String, in folder: borrowing TemporaryFolder, _ lines: String) throws {
    try folder.write("#!/bin/sh\necho \"$@\" >> \(folder.url.path)/asked\n\(lines)\n", to: "bin/\(name)")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.url.appendingPathComponent("bin/\(name)").path)
  }

  /// What the stub was asked, a line for each time.
  private static func asked(in folder: borrowing TemporaryFolder) -> [Substring] {
    let text = try? String(contentsOf: folder.url.appendingPathComponent("asked"), encoding: .utf8)
    return (text ?? "").split(separator: "\n")
  }

  private static func path(_ folder: borrowing TemporaryFolder) -> [String: String] {
    ["PATH": "\(folder.url.path)/bin:/usr/bin:/bin"]
  }

  @Test func `apps are found with every kind of credential`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let ends = cloud.endpoints
    try folder.write(ends.assertion + "\n", to: "token.jwt")
    try Self.stub("az", in: folder, #"echo '{"accessToken":"from-the-cli","expires_on":4102444800}'"#)
    try Self.stub("get-token", in: folder, "echo from-a-command")
    let ids = [
      "AZURE_TENANT_ID": ends.tenant, "AZURE_CLIENT_ID": ends.client, "AZURE_AUTHORITY_HOST": ends.authorityURL,
    ]
    let kinds: [(credential: String, environment: [String: String])] = [
      (
        "{azure_assertion: {tenant: \(ends.tenant), client: \(ends.client), token_file: token.jwt, "
          + "authority: \"\(ends.authorityURL)\"}}", [:]
      ),
      ("azure_assertion", ids.merging(["AZURE_FEDERATED_TOKEN_FILE": "token.jwt"]) { $1 }),
      ("managed_identity", ["AZURE_POD_IDENTITY_AUTHORITY_HOST": ends.identityURL]),
      (
        "{managed_identity: {client_id: \(ends.client)}}",
        ["IDENTITY_ENDPOINT": ends.appIdentityURL, "IDENTITY_HEADER": ends.identityHeader]
      ),
      ("azure_default", ids.merging(["AZURE_CLIENT_SECRET": ends.secret]) { $1 }),
      ("azure_default", ["AZURE_POD_IDENTITY_AUTHORITY_HOST": ends.identityURL]),
      ("{azure_cli: {subscription: s-1}}", Self.path(folder)), ("{command: [get-token, -q]}", Self.path(folder)),
    ]

    for (credential, environment) in kinds {
      try folder.write(Self.manifest(credential, base: ends.managementURL), to: "manifest.yaml")
      let result = try await Program.run(["apps", "manifest.yaml"], in: folder.url, environment: environment)

      #expect(result.status == 0, "\(credential): \(result.errors)")
      #expect(result.output.contains("app-1"), "\(credential): \(result.output)")
    }
    #expect(
      Self.asked(in: folder) == [
        "account get-access-token --output json --resource https://management.azure.com --subscription s-1", "-q",
      ])
  }

  @Test(arguments: [
    ("azure_cli", "the Azure CLI ('az') was not found: install it, or choose another credential"),
    ("{command: [get-token]}", "the command get-token was not found"),
    ("azure_assertion", "azure_assertion needs 'tenant', or the environment variable AZURE_TENANT_ID"),
  ])
  func `a credential that cannot be had is 77, with the reason`(credential: String, reason: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(credential, base: "http://127.0.0.1:1"), to: "manifest.yaml")

    let result = try await Program.run(["apps", "manifest.yaml"], in: folder.url)

    #expect(result.status == 77)
    // What looks for the program may have said something before.
    #expect(result.errors.hasSuffix("error: the catalogue of 'engagement' cannot be read: \(reason)\n"))
  }

  @Test func `an Azure CLI that nobody signed in to says so`() async throws {
    let folder = try TemporaryFolder()
    try Self.stub("az", in: folder, "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1")
    try folder.write(Self.manifest("azure_cli", base: "http://127.0.0.1:1"), to: "manifest.yaml")

    let result = try await Program.run(["apps", "manifest.yaml"], in: folder.url, environment: Self.path(folder))

    #expect(result.status == 77)
    #expect(
      result.errors == "error: the catalogue of 'engagement' cannot be read: the Azure CLI ('az') is not signed in: "
        + "run 'az login'\n")
  }

  // MARK: Secrets of a service

  /// Mobile Engagement, with a proof of its own.
  private static func description(_ auth: String) throws -> String {
    let file = try #require(BundledDescriptions.file(named: "azure-mobile-engagement"))
    return String(decoding: file.bytes, as: UTF8.self)
      + "\nauth: \(auth)\nsecrets: {api_key: {about: a key of the account}}\n"
  }

  private static func manifest(secrets: String, base: String) -> String {
    manifest("none", base: base).replacing("credential: none", with: "secrets: {api_key: \"${secret.\(secrets)}\"}")
      .replacing("use: azure-mobile-engagement", with: "use: ./service.yaml")
  }

  @Test func `a description's own proof is made of the service's secrets`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let header = #"{kind: key-header, name: Authorization, value: "Bearer ${secret.api_key}"}"#
    try folder.write(try Self.description(header), to: "service.yaml")
    try folder.write(Self.manifest(secrets: "unused", base: cloud.endpoints.managementURL), to: "manifest.yaml")

    let missing = try await Program.run(["apps", "manifest.yaml"], in: folder.url)
    let given = try await Program.run(["apps", "manifest.yaml"], in: folder.url, environment: ["UNUSED": "canary"])
    let local = try await Program.run(["plan", "manifest.yaml", "--local"], in: folder.url)

    #expect(missing.status == 77)
    #expect(missing.errors == "error: the secret 'unused' is missing: the environment variable UNUSED is not set\n")
    #expect(given.status == 0, "\(given.errors)")
    #expect(given.output.contains("app-1"))
    #expect(!(given.output + given.errors).contains("canary"))
    // The local cloud takes tokens of its own: a rehearsal needs no secret of the real world.
    #expect(local.status == 0, "\(local.errors)")
  }

  @Test func `a service that the local cloud does not play is not rehearsed`() async throws {
    let folder = try TemporaryFolder()
    let text = try Self.description(#"{kind: bearer, token: "${secret.api_key}"}"#)
    try folder.write(
      text.replacing("service: azure-mobile-engagement", with: "service: another"), to: "service.yaml")
    try folder.write(Self.manifest(secrets: "unused", base: "http://127.0.0.1:1"), to: "manifest.yaml")

    let result = try await Program.run(["plan", "manifest.yaml", "--local"], in: folder.url)

    #expect(result.status == 65)
    #expect(
      result.errors
        == "error: the local cloud plays azure-mobile-engagement; the service 'engagement' is another\n")
  }

  @Test func `a key that cannot sign is 77 before anything is asked`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      try Self.description(#"{kind: jwt-es256, key: "${secret.api_key}", key_id: K, issuer: i, audience: a}"#),
      to: "service.yaml")
    try folder.write(Self.manifest(secrets: "unused", base: "http://127.0.0.1:1"), to: "manifest.yaml")

    let result = try await Program.run(["apps", "manifest.yaml"], in: folder.url, environment: ["UNUSED": "canary"])

    #expect(result.status == 77)
    #expect(
      result.errors
        == "error: requests to 'engagement' cannot be signed: the key 'K' is no private key of the curve P-256 in PEM\n"
    )
  }

  @Test func `a program that is waited for ends when its caller does`() async throws {
    let folder = try TemporaryFolder()
    let program = ChildProgram(
      ["/bin/sh", "-c", "echo; exec sleep 600"], folder: folder.url, environment: ["PATH": "/usr/bin:/bin"],
      timeLimit: .seconds(500))

    let waiting = Task { try await program.runAside() }
    waiting.cancel()

    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test func `a program's errors are kept where they are asked for`() async throws {
    let folder = try TemporaryFolder()
    let program = ChildProgram(
      ["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], folder: folder.url, environment: ["PATH": "/usr/bin:/bin"],
      timeLimit: .seconds(60), keepsErrors: true)

    let ended = try await program.runAside()

    #expect(ended == ChildProgram.Ended(status: 3, output: Array("out\n".utf8), errors: Array("err\n".utf8)))
  }
}
