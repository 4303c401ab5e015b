// SPDX-License-Identifier: Apache-2.0
import ExportTesting
import Foundation
import Testing

/// A manifest that takes a secret from everywhere and uses one in everything, against a local cloud, with a canary in each.
final class CanaryWorld: Sendable {
  let world: CloudWorld
  let environment: [String: String]
  let search: CanarySearch
  /// What holds the secrets and is no output: a cloud's own data, and files that secrets are taken from.
  static let spared: Set = ["cloud", "secrets"]

  /// - Parameters:
  ///   - page: takes notifications.
  ///   - proxy: refuses whoever comes.
  ///   - secret: of the client; `nil`: the right one.
  init(page: ScriptedServer, proxy: ScriptedServer, secret: String? = nil, cloud arguments: [String]) async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: arguments)
    let endpoints = world.cloud.endpoints
    let signature = endpoints.stagingSAS.split(separator: "?").last.map(String.init) ?? ""
    var canaries: [Canary] = [
      Canary("the client's secret", secret ?? endpoints.secret), Canary("the account's key", endpoints.accountKey),
      Canary("the given signature", signature),
    ]
    func plant(_ name: String) -> String {
      let text = "c4n&ry/\(UUID().uuidString)"
      canaries.append(Canary(name, text))
      return text
    }
    let plain = UUID().uuidString
    canaries.append(Canary("the address of a notification", plain))
    try world.folder.write(plain + "\n", to: "secrets/hook")
    let (host, path) = (UUID().uuidString.lowercased(), UUID().uuidString)
    canaries += [Canary("the host of a whole address", host), Canary("the path of a whole address", path)]
    try world.folder.write("https://\(host).example/\(path)\r\n", to: "secrets/whole")
    try world.folder.write(plant("the secret of a command"), to: "secrets/printed")
    try world.folder.write(plant("the secret of a file") + "\n", to: "secrets/file")
    // It also shows how it was called, and by whom.
    try world.folder.write(
      """
      tr '\\0' ' ' <"/proc/$PPID/cmdline" >>arguments.txt
      tr '\\0' ' ' <"/proc/$$/cmdline" >>arguments.txt
      cat secrets/printed

      """, to: "print.sh")
    let proxyUser = plant("the password of a proxy")
    environment = world.cloud.environment.merging([
      "ENGAGEMENT_SECRET": secret ?? endpoints.secret, "GIVEN_SAS": signature,
      "HTTPS_PROXY":
        "http://user:\(proxyUser.replacing("/", with: "%2F").replacing("&", with: "%26"))@127.0.0.1:\(proxy.port)",
      "OTEL_EXPORTER_OTLP_HEADERS": "authorization=\(plant("a header of the traces"))",
    ]) { $1 }
    search = CanarySearch(canaries: canaries)
    try world.folder.write(Self.manifest(page: page.url), to: "manifest.yaml")
    self.world = world
  }

  private static func manifest(page: String) -> String {
    SampleManifest.nightly(days: 1, apps: 1, attempts: 2)
      .replacing(
        "secrets:\n",
        with: """
          secrets:
            hook: {file: secrets/hook}
            whole: {file: secrets/whole}
            file: {file: secrets/file}
            printed: {command: [sh, print.sh]}
            sas: {env: GIVEN_SAS}

          """
      )
      .replacing(
        "destinations:\n",
        with: """
          destinations:
            given: {azure_container: "${var.container}", sas: "${secret.sas}"}

          """) + """
          given:
            service: engagement
            apps: all
            datasets: [event]
            destination: given
            window: {every: day, last: 1d, zone: UTC}
        notify:
          page:
            url: "\(page)/services/${secret.hook}"
            on: always
            headers: {Authorization: "Bearer ${secret.printed}", X-Key: "${secret.file}"}
          chat: {url: "https://hooks.example/${secret.hook}", on: always, timeout: 2s}
          whole: {url: "${secret.whole}", on: always, timeout: 2s}

        """
  }

  /// - Parameter crash: where it kills itself.
  func perform(_ command: [String], crash: String? = nil) async throws -> Program.Result {
    try await start(command, crash: crash).finish()
  }

  /// For commands that take neither variables nor an instant.
  func look(_ arguments: [String]) async throws -> Program.Result {
    try await Program.run(arguments, in: world.folder.url, environment: environment)
  }

  func start(
    _ command: [String], crash: String? = nil, environment more: [String: String] = [:]
  ) throws -> Program.Running {
    var environment = environment.merging(more) { $1 }
    environment["OUTHAUL_CRASH_AT"] = crash
    return try Program.start(world.arguments(command), in: world.folder.url, environment: environment)
  }

  /// Nothing of a secret is in what a command printed, nor in any file that is no secret's own.
  func expectNothing(in results: [(String, Program.Result)]) {
    for (command, result) in results { #expect(search.finds(in: result, of: command) == []) }
    let (found, files) = search.finds(below: world.folder.url, sparing: Self.spared)
    #expect(found == [])
    #expect(files > 3)
  }
}
