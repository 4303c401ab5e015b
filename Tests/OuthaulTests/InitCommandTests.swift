// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct InitCommandTests {
  /// Every combination of these.
  private static let choices: [[[String]]] = [
    [[], ["--name", "two words: #1"]],
    [[], ["--app", "shop=shop/shop-ios", "--app", "club=club/12"]],
    [[], ["--dataset", "events"], ["--dataset", "tag", "--dataset", "device"]],
    [[], ["--every", "week"], ["--every", "P1M", "--from", "2016-01-01"]],
    [["--destination", "https://contoso.blob.core.windows.net/exports"], ["--destination", "out: put"]],
  ]

  @Test func `every combination of answers gives a manifest that validates and is in form`() async throws {
    let folder = try TemporaryFolder()
    let combinations = Self.choices.reduce([[]]) { all, choice in all.flatMap { one in choice.map { one + $0 } } }
    #expect(combinations.count == 72)
    var files: [String] = []
    for (index, arguments) in combinations.enumerated() {
      files.append("\(index).yaml")
      let made = try await Program.run(["init", files[index]] + arguments, in: folder.url)
      #expect(made.status == 0, "\(arguments): \(made.errors)")
    }

    let form = try await Program.run(["fmt", "--check"] + files, in: folder.url)
    #expect(form.status == 0, "\(form.output)")
    for (file, arguments) in zip(files, combinations) {
      let result = try await Program.run(["validate", file], in: folder.url)
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      #expect(result.errors.isEmpty, "\(arguments): \(result.errors)")
    }
    // And the schema, once.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == files.count + 1)
  }

  @Test func `what is written is a manifest with a line for editors and its answers`() async throws {
    let folder = try TemporaryFolder()

    let result = try await Program.run(
      [
        "init", "--no-input", "--name", "nightly", "--app", "shop-ios=shop/shop-ios", "--dataset", "event",
        "--from", "2016-01-01", "--param", "subscription=s-1", "--destination",
        "https://contoso.blob.core.windows.net/exports",
      ], in: folder.url)

    #expect(
      result.output
        == "manifest.yaml: written; look at what is marked '# yours', then: outhaul validate manifest.yaml\n")
    #expect(
      try String(contentsOf: folder.url.appendingPathComponent("manifest.yaml"), encoding: .utf8) == """
        # yaml-language-server: $schema=manifest.schema.json
        # Check with 'outhaul validate', look with 'outhaul plan', rehearse with 'outhaul run --local'.
        manifest: 1
        name: nightly

        # Where secrets are, never what they are: env, file or command.
        secrets:
          service_secret: {env: SERVICE_SECRET}
          storage_key: {env: STORAGE_KEY}

        services:
          source:
            use: azure-mobile-engagement
            with:
              subscription: "s-1"
              resource_group: RESOURCE_GROUP  # yours
            credential:
              azure_client:
                tenant: contoso.example  # yours
                client: 11111111-1111-1111-1111-111111111111  # yours
                secret: "${secret.service_secret}"

        destinations:
          # The service writes here.
          storage:
            azure_container: https://contoso.blob.core.windows.net/exports
            account_key: "${secret.storage_key}"

        apps:
          shop-ios: {with: {collection: "shop", app: "shop-ios"}}

        defaults:
          destination: storage
          format: json

        exports:
          # What happened, by window.
          history:
            service: source
            apps: all
            datasets: [event]
            window: {every: day, from: 2016-01-01}

        """)
  }

  @Test func `every placeholder is marked`() async throws {
    let folder = try TemporaryFolder()

    _ = try await Program.run(["init"], in: folder.url)
    let text = try String(contentsOf: folder.url.appendingPathComponent("manifest.yaml"), encoding: .utf8)

    let placeholders = #/SUBSCRIPTION|RESOURCE_GROUP|ACCOUNT|"COLLECTION"|contoso\.example|1111-/#
    let lines = text.split(separator: "\n").filter { $0.contains(placeholders) }
    #expect(lines.count == 6, "\(text)")
    #expect(lines.allSatisfy { $0.hasSuffix("  # yours") }, "\(text)")
  }

  @Test func `a file that is there is not written over unless forced`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("mine", to: "manifest.yaml")

    let refused = try await Program.run(["init"], in: folder.url)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    let forced = try await Program.run(["init", "--force"], in: folder.url)

    #expect(refused.status == 64)
    #expect(refused.errors.contains("'manifest.yaml' is there already; --force writes over it"))
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("# yaml-language-server"))
  }

  @Test(arguments: [
    (["--service", "azure-mobile-engagment"], 64, "did you mean 'azure-mobile-engagement'?"),
    (["--dataset", "evnts"], 64, "did you mean 'event'?"),
    (["--app", "shop=ios"], 64, "write shop=COLLECTION/APP"),
    (["--every", "hour"], 64, "for --every 'hour'; this service takes whole days of zone UTC: 'every: day' would fit"),
    (
      ["--every", "fortnight"], 64,
      "Error: unknown period 'fortnight' for --every 'fortnight'; expected one of day, hour, month, week\nUsage: outhaul init"
    ),
    (
      ["--every", "month", "--from", "2016-01-15"], 64, "begins for --from '2016-01-15'; the month begins on 2016-01-01"
    ),
    (
      ["--from", "2016-02-31"], 64, "'2016-02-31' is not a day for 'from' for --from '2016-02-31'; there is no such day"
    ),
    (["--destination", "ftp://x"], 64, "is not a URL for 'azure_container' for --destination 'ftp://x'"),
    (["--app", "a b=c/d"], 64, "'a b' is not a name for --app 'a b'"),
    (["--param", "nope=1"], 64, "--param nope=1: azure-mobile-engagement has no such parameter; expected one of "),
    (["--param", "subscripton=1"], 64, "did you mean 'subscription'?"),
    (["--param", "extended=maybe"], 64, "for --param 'extended=maybe'"),
  ])
  func `an answer that is wrong is told, and nothing is written`(
    arguments: [String], status: Int, message: String
  ) async throws {
    let folder = try TemporaryFolder()

    let result = try await Program.run(["init"] + arguments, in: folder.url)

    #expect(Int(result.status) == status, "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!result.errors.contains(".yaml:"), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func `on a terminal what is not said is asked for`() async throws {
    let folder = try TemporaryFolder()
    let answers = "printf 'weekly\\nshop=shop/ios\\nfiles\\n'"

    let result = try await Program.run(
      ["-c", "\(answers) | script -qec \"'\(Program.path)' init --dataset tag\" /dev/null"], in: folder.url,
      executable: "/bin/bash")
    let text = try String(contentsOf: folder.url.appendingPathComponent("manifest.yaml"), encoding: .utf8)

    #expect(result.output.contains("App, as NAME=COLLECTION/APP: "))
    #expect(text.contains("name: weekly\n"))
    #expect(text.contains("shop: {with: {collection: \"shop\", app: \"ios\"}}"))
    #expect(text.contains("files: {directory: \"files\", staging: storage}"))
  }
}
