// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// What guides show is taken by the program.
@Suite struct GuideTests {
  private static let guides = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/BatchExport/Documentation.docc/Guides").standardizedFileURL

  /// Blocks that are indented by four.
  private static func lines(of guide: String) throws -> [String] {
    try String(contentsOf: guides.appendingPathComponent(guide), encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
  }

  @Test func `every window of the guide is one that the language has`() async throws {
    let windows = try Self.lines(of: "Windows.md").filter { $0.hasPrefix("window: ") }
    #expect(windows.count == 4)
    for window in windows {
      let folder = try TemporaryFolder()
      try folder.write(
        SampleManifest.nightly(days: 1, apps: 1).replacing("window: {every: day, last: 1d, zone: UTC}", with: window),
        to: "manifest.yaml")

      let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

      // The service takes whole UTC days: windows that are not are refused for that alone.
      let codes = result.errors.matches(of: #/\[([A-Z][0-9]{3})\]/#).map { String($0.1) }
      let isTaken = result.status == 0 && result.errors.isEmpty
      let isRefused = result.status == 65 && !codes.isEmpty && codes.allSatisfy { $0 == "P005" }
      #expect(isTaken || isRefused, "\(window): \(result.status) \(result.errors)")
    }
  }

  @Test func `every destination of the guide is one that the language has`() async throws {
    let lines = try Self.lines(of: "Destinations.md")
    let containers = lines.filter { $0.hasPrefix("lake: ") }
    let folders = lines.filter { $0.hasPrefix("files: ") }
    #expect(containers.count == 3 && folders.count == 2)
    for (container, folder) in containers.map({ ($0, folders[0]) }) + folders.map({ (containers[0], $0) }) {
      let work = try TemporaryFolder()
      try work.write(
        """
        manifest: 1
        name: placed
        secrets: {token: {env: TOKEN}\(container.contains("secret.key") ? ", key: {env: KEY}" : "")}
        services:
          engagement:
            use: azure-mobile-engagement
            with: {subscription: s-1, resource_group: shop}
            credential: {bearer: "${secret.token}"}
        destinations:
          \(container)
          \(folder)
        apps: {shop: {with: {collection: shop, app: shop}}}
        defaults: {destination: files}
        exports: {tags: {service: engagement, apps: all, datasets: [tag], window: {every: day}}}

        """, to: "manifest.yaml")

      let result = try await Program.run(["validate", "manifest.yaml"], in: work.url)

      #expect(result.status == 0, "\(container) \(folder): \(result.errors)")
    }
  }

  @Test func `every credential of the guide is one that the language has`() async throws {
    let credentials = try Self.lines(of: "Credentials.md").filter { $0.hasPrefix("credential: ") }
    #expect(credentials.count == 11)
    for credential in credentials {
      let folder = try TemporaryFolder()
      try folder.write(
        """
        manifest: 1
        name: signed
        secrets: {token: {env: TOKEN}, key: {env: KEY}}
        services:
          engagement:
            use: azure-mobile-engagement
            with: {subscription: s-1, resource_group: shop}
            \(credential)
        destinations:
          lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
        apps: {shop: {with: {collection: shop, app: shop}}}
        defaults: {destination: lake}
        exports: {tags: {service: engagement, apps: all, datasets: [tag], window: {every: day}}}

        """, to: "manifest.yaml")

      let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

      #expect(result.status == 0, "\(credential): \(result.errors)")
    }
  }

  @Test func `the matrix of the guide leaves out what it says`() async throws {
    let folder = try TemporaryFolder()
    let lines = try Self.lines(of: "Plans.md")
    let start = try #require(lines.firstIndex(of: "exclude:"))
    let exclude = lines[start...].prefix(3).map { "    \($0)" }.joined(separator: "\n")
    let manifest =
      SampleManifest.nightly(days: 1, apps: 2).replacing("  app-1: {", with: "  club-1: {")
      .replacing("last: 1d", with: "from: 2015-03-01, through: 2015-03-04") + exclude + "\n"
    try folder.write(manifest, to: "manifest.yaml")

    let result = try await Program.run(["plan", "manifest.yaml", "--as-of", "2015-03-10T00:00:00Z"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("history: 7 jobs: 2 apps, 4 datasets, 2015-03-04\n"))
  }

  @Test func `the guide to the ledger names every reason, and its commands and lines are taken`() async throws {
    let text = try String(contentsOf: Self.guides.appendingPathComponent("Ledger.md"), encoding: .utf8)
    let rows = text.matches(of: #/\n\| `([a-z_ ]+)` \| [^|]+ \| (yes|no)/#).map { (String($0.1), $0.2 == "yes") }
    #expect(Set(rows.map(\.0)) == Set(Due.allCases.map(\.rawValue)) && rows.count == Due.allCases.count)
    for (reason, isHole) in rows {
      let status = GapStatus.allCases.first { $0.word == reason }
      #expect((status?.isHole ?? false) == isHole, "\(reason)")
    }
    let folder = try TemporaryFolder()
    let lines = try Self.lines(of: "Ledger.md")
    let settings = lines.filter { !$0.hasPrefix("outhaul ") }
    #expect(settings.count == 2)
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
    try folder.write(manifest + settings.map { "    \($0)\n" }.joined(), to: "manifest.yaml")

    let valid = try await Program.run(["validate", "manifest.yaml"], in: folder.url)
    let commands = lines.filter { $0.hasPrefix("outhaul ") }
    #expect(valid.status == 0 && valid.errors == "", "\(valid.errors)")
    #expect(commands.count == 2)
    for command in commands {
      let result = try await Program.run(command.split(separator: " ").dropFirst().map(String.init), in: folder.url)
      #expect(result.status == 2, "\(command): \(result.errors)")
    }
  }

  @Test func `the guide to catalogues is taken by the program, from manifest to description`() async throws {
    let folder = try TemporaryFolder()
    let lines = try Self.lines(of: "Catalogue.md")
    func block(_ first: String, _ last: String) throws -> String {
      let start = try #require(lines.firstIndex(of: first))
      let end = try #require(lines[start...].firstIndex { $0.hasPrefix(last) })
      return lines[start...end].joined(separator: "\n")
    }
    let push = try #require(lines.first { $0.hasPrefix("push: ") })
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing("push: {campaigns: {type: announcement, active_in: window}}", with: push)
      .replacing(
        "apps:\n  app-1: {with: {collection: contoso, app: app-1}}", with: try block("apps:", "  shop-ios"))
    try folder.write(manifest, to: "manifest.yaml")
    let commands = lines.filter { $0.hasPrefix("outhaul ") }
    #expect(commands.count == 5)

    for command in commands {
      let words = command.replacing("\"", with: "").split(separator: " ").dropFirst().map(String.init)
      // The guide's services are asked; here the local cloud is.
      let local = words.contains("--local") || words.contains("--frozen") ? [] : ["--local"]
      let result = try await Program.run(words + local, in: folder.url)
      #expect(result.status == 0, "\(command): \(result.output) \(result.errors)")
    }

    let options = try block("options:", "one_of").split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    try folder.write(
      """
      service: small
      revision: 1
      base: https://small.example
      params: {account: {required: true}, owner: {required: true}}
      app_params: {group: {required: true}, app: {required: true}}
      formats: {json: json}
      limits: {active: 2}
      datasets:
        push:
          kind: snapshot
      \(options)
          forms: [{values: {path: push}}]
      \(try block("catalogue:", "    labels"))
      submit: {method: POST, path: /x, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
      poll: {method: GET, path: "/${task.id}", every: 5s}
      state: {from: body:/state, done: [ok]}
      refusals: []
      result: {kind: container}
      list: {method: GET, each: body:/all, id: /id}
      recover: {class: marked, mark: /mark}
      """, to: "service.yaml")
    try folder.write(
      """
      manifest: 1
      name: small
      secrets: {key: {env: KEY}}
      services: {small: {use: ./service.yaml, with: {account: a, owner: me}, credential: none}}
      destinations: {lake: {azure_container: https://acct.blob.core.windows.net/x, account_key: "${secret.key}"}}
      apps: {discover: small}
      exports:
        feedback:
          service: small
          apps: all
          datasets: push
          destination: lake
          window: {every: day}
          push: {campaigns: {all: finished}}
      """, to: "small.yaml")
    let described = try await Program.run(["validate", "small.yaml"], in: folder.url)
    #expect(described.status == 0 && described.errors.isEmpty, "\(described.errors)")
  }
}
