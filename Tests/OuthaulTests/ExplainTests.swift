// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The codes of diagnostics, and what the program says of them.
@Suite struct ExplainTests {
  struct Entry: Decodable, Sendable {
    struct Example: Decodable, Sendable {
      var form: String
      var broken: String
      var fixed: String?
    }

    var code: String
    var title: String
    var meaning: String
    var fix: String
    var example: Example?
  }

  private struct Catalogue: Decodable { var codes: [Entry] }

  private static func catalogue() async throws -> [Entry] {
    let result = try await Program.run(["explain", "--output", "json"])
    return try JSONDecoder().decode(Catalogue.self, from: Data(result.output.utf8)).codes
  }

  // MARK: Completeness

  @Test func `every code that the sources give is explained, and every one that is explained is given`() async throws {
    let pattern = /(?:code:|add\(|static let code =)\s*"([A-Z][0-9]{3})"/
    var given: Set<String> = []
    for file in LayerTests.swiftFiles(below: LayerTests.root.appendingPathComponent("Sources")) {
      let text = try String(contentsOf: file, encoding: .utf8)
      given.formUnion(text.matches(of: pattern).map { String($0.1) })
    }

    let explained = try await Self.catalogue().map(\.code)

    #expect(given.count > 50)
    #expect(given.sorted() == explained)
  }

  @Test func `every explanation has something to say`() async throws {
    for entry in try await Self.catalogue() {
      #expect(entry.title.count > 4 && !entry.title.hasSuffix("."), "\(entry.code)")
      #expect(entry.meaning.count > 40 && entry.meaning.hasSuffix("."), "\(entry.code)")
      #expect(entry.fix.count > 10 && entry.fix.hasSuffix("."), "\(entry.code)")
    }
    // Ten thousand files, a plan of five million jobs, a file of 64 MiB, names that only a service could tell, a list that
    // only a service could lack, and a manifest that needs a description of its own.
    #expect(
      try await Self.catalogue().filter { $0.example == nil }.map(\.code) == [
        "M035", "P004", "P010", "P015", "P020", "Y002",
      ])
  }

  @Test func `every example has its problem, and the mended one has none`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("apps:\n  club: {with: {collection: club, app: club}}\n", to: "catalogue/club.yaml")
    for entry in try await Self.catalogue() {
      guard let example = entry.example else { continue }

      let broken = try await Self.validate(example.broken, as: example.form, in: folder.url)
      #expect(broken.codes.contains(entry.code), "\(entry.code): \(broken.codes)")
      #expect(!broken.errors.contains("error: internal"), "\(entry.code): \(broken.errors)")

      guard let fixed = example.fixed else { continue }
      let mended = try await Self.validate(fixed, as: example.form, in: folder.url)
      #expect(mended.status == 0, "\(entry.code): \(mended.codes)")
      #expect(!mended.codes.contains(entry.code), "\(entry.code)")
    }
  }

  // MARK: What is printed

  @Test func `a code is explained with an example and what to do`() async throws {
    let result = try await Program.run(["explain", "m010"])

    #expect(result.status == 0)
    #expect(
      result.output == """
        M010: not a URL that can be used

        Addresses are absolute URLs without user, query or fragment. They are https,
        apart from 127.0.0.1 and localhost: tokens travel in them. A container's URL
        names the account's host and the container. A query is refused and never shown,
        because it often holds a signature.

        In a manifest:

            destinations:
              lake: {azure_container: contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}

        Write https://HOST/PATH; give a shared access signature as 'sas:
        "${secret.NAME}"'.

            destinations:
              lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}

        """)
  }

  @Test func `a code is explained as JSON`() async throws {
    let result = try await Program.run(["explain", "M002", "--output", "json"])

    #expect(result.status == 0)
    #expect(
      result.output == #"{"code":"M002","example":{"broken":"manifest: 2","fixed":"manifest: 1","form":"manifest"},"#
        + #""explain":1,"fix":"Write 'manifest: 1', or use the program that the manifest was written for.","meaning":"#
        + #""'manifest' says which version of the language the rest is written in. This program knows version 1.","#
        + #""title":"an unknown version of the manifest language"}"# + "\n")
  }

  @Test func `a control character of an example does not reach the terminal`() async throws {
    let result = try await Program.run(["explain", "Y003"])

    #expect(result.output.contains("    name: night\u{FFFD}ly\n"))
    #expect(!result.output.contains("\u{7}"))
  }

  @Test func `without a code all of them are listed, a line each`() async throws {
    let result = try await Program.run(["explain"])
    let lines = result.output.split(separator: "\n")

    #expect(result.status == 0)
    #expect(lines == lines.sorted())
    #expect(lines.contains("M014  an export without a destination"))
    #expect(lines.contains("Y005  a key that is given twice"))
    #expect(lines.count == (try await Self.catalogue().count))
  }

  @Test(arguments: [
    ("M0144", "unknown code 'M0144': did you mean 'M014'?"),
    ("nonsense", "unknown code 'nonsense': 'outhaul explain' lists them all"),
  ])
  func `an unknown code is 64, with a suggestion`(code: String, expected: String) async throws {
    let result = try await Program.run(["explain", code])

    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("Error: \(expected)\n"), "\(result.errors)")
  }

  // MARK: Examples

  private struct Validation {
    var status: Int32
    var codes: [String]
    var errors: String
  }

  private struct Problems: Decodable {
    struct Problem: Decodable { var code: String }
    var diagnostics: [Problem]
  }

  private static func validate(_ text: String, as form: String, in folder: URL) async throws -> Validation {
    var manifest = manifest
    var arguments = ["validate", "manifest.yaml"]
    switch form {
    case "manifest": manifest = merge(text, into: manifest)
    case "file": manifest = text
    case "included":
      manifest += "include: included.yaml\n"
      try Data(text.utf8).write(to: folder.appendingPathComponent("included.yaml"))
    case "command": arguments = text.split(separator: " ").dropFirst().map(String.init)
    case "local":
      manifest = merge(text, into: manifest)
      arguments = ["plan", "manifest.yaml", "--local"]
    case "description":
      manifest = merge(described, into: manifest)
      try Data(merge(text, into: description).utf8).write(to: folder.appendingPathComponent("service.yaml"))
    default: Issue.record("an example of the form \(form)")
    }
    try Data(manifest.utf8).write(to: folder.appendingPathComponent("manifest.yaml"))
    if form == "local" {
      let result = try await Program.run(arguments, in: folder)
      let codes = result.errors.matches(of: /\[([A-Z][0-9]{3})\]/).map { String($0.1) }
      return Validation(status: result.status, codes: codes, errors: result.errors)
    }
    let result = try await Program.run(arguments + ["--output", "json"], in: folder)
    let problems = try? JSONDecoder().decode(Problems.self, from: Data(result.output.utf8))
    return Validation(status: result.status, codes: problems?.diagnostics.map(\.code) ?? [], errors: result.errors)
  }

  /// The base without the sections that the text has, then the text.
  private static func merge(_ text: String, into base: String) -> String {
    let own = Set(text.split(separator: "\n").compactMap { key(of: $0) })
    var isReplaced = false
    var lines: [Substring] = []
    for line in base.split(separator: "\n") {
      if let key = key(of: line) { isReplaced = own.contains(key) }
      if !isReplaced { lines.append(line) }
    }
    return lines.joined(separator: "\n") + "\n" + text + "\n"
  }

  /// The key of a line that begins a section.
  private static func key(of line: Substring) -> Substring? { line.firstMatch(of: /^([a-z_]+):/)?.1 }

  private static let manifest = """
    manifest: 1
    name: nightly
    variables: {region: eu, days: 7}
    secrets:
      token: {env: TOKEN}
      key: {env: KEY}
    services:
      engagement:
        use: azure-mobile-engagement
        with: {subscription: s-1, resource_group: shop}
        credential: {bearer: "${secret.token}"}
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
    apps:
      shop-android: {with: {collection: shop, app: shop-android}, labels: {tier: gold}}
      shop-ios: {with: {collection: shop, app: shop-ios}}
    defaults: {destination: lake}
    exports:
      history:
        service: engagement
        apps: all
        datasets: [event]
        window: {every: day, from: 2016-01-01, through: 2016-01-07}

    """

  /// A manifest's sections for the description below.
  private static let described = """
    services:
      small: {use: ./service.yaml, with: {account: a-1}}
    apps:
      discover: small
      shop: {}
    exports:
      history:
        service: small
        apps: all
        datasets: [rows]
        window: {every: day, from: 2016-01-01, through: 2016-01-07}
    """

  private static let description = """
    service: small
    revision: 1
    base: https://small.example
    params: {account: {type: text, required: true}}
    formats: {json: json}
    limits: {active: 2}
    facts: {made: body:/made}
    datasets:
      rows:
        kind: historical
        window: {unit: day, render: date, end: open}
        forms: [{values: {path: rows}, json: {from: "${window.start}"}}]
    catalogue:
      steps: [{call: {method: GET, path: /apps}, each: body:/all, take: {name: /name}}]
      app: {name: "${found.name}", with: {}}
    submit: {method: POST, path: "/${param.account}", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
    poll: {method: GET, path: "/${task.id}", every: 5s}
    state: {from: body:/state, done: [ok], failed: [bad]}
    refusals: [{status: [429], means: busy, wait: header:Retry-After}]
    list: {method: GET, each: body:/all, id: /id}
    recover: {class: marked, mark: /mark}
    result: {kind: container, prefix: "${task.made|compact}/"}

    """
}
