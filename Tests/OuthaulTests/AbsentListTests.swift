// SPDX-License-Identifier: Apache-2.0
import ExportTesting
import Foundation
import Testing

/// A catalogue of which a part is not there, and one that cannot be asked for, through the whole program.
@Suite struct AbsentListTests {
  private static let catalogue = """
    catalogue:
      steps:
        - {call: {method: GET, path: /groups}, each: body:/all, take: {group: /name}}
        - {call: {method: GET, path: "/groups/${found.group}"}, each: body:/all, take: {app: /name}}
      app: {name: "${found.app}", group: "${found.group}", with: {app: "${found.app}"}}

    """

  private static func folder(
    base: String, account: String = "a", _ auth: String = ""
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      StoppableService.description.replacing("submit: {", with: catalogue + auth + "submit: {"), to: "small.yaml")
    try folder.write(
      """
      manifest: 1
      name: small
      secrets: {key: {env: KEY}}
      services: {small: {use: ./small.yaml, base: "\(base)", with: {account: "\(account)"}, credential: none}}
      destinations: {lake: {azure_container: "\(base)/acct/lake", account_key: "${secret.key}"}}
      apps: {discover: small}
      exports:
        rows: {service: small, apps: all, datasets: rows, destination: lake, window: {every: day, last: 1d}}

      """, to: "manifest.yaml")
    return folder
  }

  @Test func `what the catalogue has no list for is told by every command that asks for it`() async throws {
    let reply: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply = { request in
      switch (request.method, request.path) {
      case ("GET", "/groups"): .json(200, #"{"all":[{"name":"new"},{"name":"shop"}]}"#)
      case ("GET", "/groups/shop"): .json(200, #"{"all":[{"name":"web"}]}"#)
      case ("GET", "/acct/lake"): .answer(200, [:], Array("<EnumerationResults><Blobs/></EnumerationResults>".utf8))
      case ("POST", _): .json(400, "{}")
      default: .json(404, "{}")
      }
    }
    try await ScriptedServer.with(reply) { service in
      let folder = try Self.folder(base: service.url)
      func run(_ arguments: String...) async throws -> Program.Result {
        try await Program.run(arguments, in: folder.url, environment: ["KEY": "a2V5"])
      }
      let warning =
        "warning: the catalogue of 'small' has no list of apps for 'new': no app is found there [P015]"

      let apps = try await run("apps", "manifest.yaml")
      let plan = try await run("plan", "manifest.yaml")
      let doctor = try await run("doctor", "manifest.yaml")
      let ran = try await run("run", "manifest.yaml")

      #expect(apps.status == 0, "\(apps.errors)")
      #expect(apps.output.contains("\n  web: {"), "\(apps.output)")
      #expect(plan.status == 0, "\(plan.errors)")
      #expect(ran.status == 3, "\(ran.errors)")
      for result in [apps, plan, ran] {
        #expect(result.errors.components(separatedBy: warning).count == 2, "\(result.errors)")
      }
      let told = doctor.output.replacing(#/\n {9,}/#, with: " ")
      #expect(
        told.contains(
          "warning  service small, catalogue: the service lists 1 app, and has no list for 'new' [P015]"), "\(told)")
    }
  }

  @Test(arguments: ["apps", "plan"])
  func `tokens over plain http are the manifest's fault, not the service's`(command: String) async throws {
    try await ScriptedServer.with({ _ in .json(200, #"{"all":[]}"#) }) { service in
      let auth = "auth: {kind: oauth2-client, token_url: \"${param.account}\", id: me, secret: none}\n"
      let folder = try Self.folder(base: service.url, account: "http://login.invalid/token", auth)
      let manifest = try String(contentsOf: folder.url.appendingPathComponent("manifest.yaml"), encoding: .utf8)
      try folder.write(manifest.replacing(", credential: none", with: ""), to: "manifest.yaml")

      let result = try await Program.run([command, "manifest.yaml"], in: folder.url, environment: ["KEY": "a2V5"])

      #expect(result.status == 65, "\(result.errors)")
      #expect(
        result.errors.contains(
          "requests to 'small' cannot be signed: the address for tokens must be https, or on this machine"),
        "\(result.errors)")
      #expect(service.requests.isEmpty)
    }
  }
}
