// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

@Suite struct VariableTests {
  private static let text = """
    manifest: 1
    name: "${var.name}"
    variables: {name: nightly, attempts: 3, group: null, ratio: 2.5}
    secrets: {key: {env: KEY}}
    services: {engagement: {use: azure-mobile-engagement, with: {subscription: s}}}
    destinations: {lake: {azure_container: https://a.blob.core.windows.net/lake, account_key: "${secret.key}"}}
    apps: {shop: {with: {app: shop}}}
    defaults: {destination: lake, retry: {attempts: "${var.attempts}", factor: "${var.ratio}"}}
    exports: {snapshots: {service: engagement, apps: all, datasets: [tag], window: {every: day}}}

    """

  private func read(
    _ texts: [String: String], files: [String] = [], adding more: String = ""
  ) -> (manifest: Manifest?, problems: String) {
    let files = files.enumerated().map { SourceFile(name: "vars-\($0).yaml", text: $1) }
    let (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: Self.text + more), variables: VariableValues(files: files, texts: texts),
      environment: [:])
    return (manifest, problems.isEmpty ? "" : problems.text())
  }

  @Test func `files replace values in their order, and the command line replaces files`() throws {
    let (manifest, problems) = read(
      ["attempts": "9"], files: ["name: one\nattempts: 5\nratio: 3\n", "name: two\n"])
    let read = try #require(manifest)

    #expect(problems == "")
    #expect(read.name == "two")
    #expect(read.exports[0].retry.attempts == 9)
    #expect(read.exports[0].retry.factor == 3)
  }

  @Test func `a text variable takes what looks like a number as a text`() throws {
    #expect(read(["name": "2016"]).manifest?.name == "2016")
  }

  @Test func `a value of another type is told where it stands`() {
    let (_, problems) = read(["ratio": "much"], files: ["attempts: many\nnmae: x\n"])

    #expect(
      problems == """
        error: the variable 'ratio' is a number, and 'much' is not [M020]
          the value in the manifest is 2.5
        vars-0.yaml:1:11: error: the variable 'attempts' is a whole number, and 'many' is not [M020]
          1 | attempts: many
            |           ^~~~ the value in the manifest is 3
        vars-0.yaml:2:1: error: the manifest has no variable 'nmae' [M017]
          2 | nmae: x
            | ^~~~ did you mean 'name'?
        3 errors
        """)
  }

  @Test func `a list is no text`() {
    #expect(
      read([:], files: ["name: [a, b]\n"]).problems.contains(
        "the variable 'name' is a text, and 'a list' is not [M020]"))
  }

  @Test func `a variable without a value must be given one before it is used`() {
    let labels = "apps2: \"${var.group}\"\n"

    #expect(read([:], adding: labels).problems.contains("error: the variable 'group' has no value [M018]"))
    #expect(!read(["group": "7"], adding: labels).problems.contains("has no value"))
  }
}

@Suite struct MatrixReadingTests {
  private func problems(_ line: String) -> String {
    let text = """
      manifest: 1
      name: n
      secrets: {key: {env: KEY}}
      services: {engagement: {use: azure-mobile-engagement, with: {subscription: s}, credential: none}}
      destinations: {lake: {azure_container: https://a.blob.core.windows.net/lake, account_key: "${secret.key}"}}
      apps: {shop: {with: {app: shop}}}
      exports:
        history:
          service: engagement
          apps: all
          datasets: [event]
          destination: lake
          window: {every: day, last: 3d}
          \(line)

      """
    var (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: text), variables: VariableValues(), environment: [:])
    if let manifest {
      problems.add(contentsOf: ManifestRules.check(manifest, traits: ["engagement": ManifestTests.traits]))
    }
    return problems.isEmpty ? "" : problems.text()
  }

  @Test(arguments: [
    ("exclude: [{app: shop, dataset: events, window: 2016-01-01..2016-01-31}]", ""),
    ("exclude: {app: shop}", "m.yaml:14:14: error: 'exclude' must be a list, not a mapping [M019]"),
    ("include: [{}]", "an entry of 'include' that says nothing matches every job [M019]"),
    ("include: [{window: january}]", "'january' is not a range of windows [M019]"),
    ("include: [{app: shp}]", "no app is called 'shp' [M114]"),
    ("include: [{dataset: evnt}]", "m.yaml:14:25: error: unknown dataset 'evnt' of azure-mobile-engagement [M114]"),
    ("include: [{dataset: tag}]", "'history' does not export 'tag' [M114]"),
    ("include: [{apps: shop}]", "unknown key 'apps' in an entry of 'include' [M001]"),
    ("order: sequentially", "unknown order 'sequentially' [M005]"),
  ])
  func `the matrix is read, and mistakes in it are told`(line: String, expected: String) {
    let found = problems(line)

    #expect(expected.isEmpty ? found == "" : found.contains(expected), "\(found)")
  }
}

/// Variables that are no texts.
@Suite struct VariableKindTests {
  /// A manifest as a program writes it: JSON, in one line. Whatever is looked for in it was once looked for from the line's
  /// beginning, a thousand times over.
  @Test func `a manifest may be one long line, and its places are right`() throws {
    let rows = (0..<10_000).map { "{\"app\": \"größe-\($0)\", \"note\": \"a & b\"}" }.joined(separator: ", ")
    let apps = (0..<3_000).map { "\"app-\($0)\": {\"with\": {\"app\": \"${var.prefix}-\($0)\"}}" }.joined(
      separator: ", ")
    let text = """
      {"manifest": 1, "name": "${var.nmae}", "variables": {"prefix": "a", "table": [\(rows)]}, \
      "apps": {\(apps)}, "exports": {"a": {"window": "${var.windw}"}}}
      """
    let file = SourceFile(name: "m.yaml", text: text)

    let (_, problems) = ManifestReader.read(file, variables: VariableValues(), environment: [:])

    func places(_ word: String) -> [Int] {
      problems.all.filter { $0.message.contains(word) }.compactMap(\.place?.column)
    }
    func column(_ word: String) throws -> Int {
      let range = try #require(text.range(of: word))
      return text.unicodeScalars.distance(from: text.startIndex, to: range.lowerBound) + 1
    }
    #expect(places("unknown variable 'nmae'") == [try column("${var.nmae}")])
    #expect(places("unknown variable 'windw'") == [try column("${var.windw}")])
    // What has an anchor may be used by an alias.
    let (_, warnings) = ManifestTests.check(
      ManifestTests.good.replacing("count: 3,", with: "count: 3, table: [\(rows)], last: &last [\(rows)],"))
    #expect(warnings.contains("nothing uses the variable 'table'") && !warnings.contains("'last'"), "\(warnings)")
  }

  @Test func `a long text of very many references is completed, and the one that is wrong is told where it stands`() {
    let text = String(repeating: "ä${var.a}", count: 20_000)
    let file = SourceFile(
      name: "m.yaml", text: "manifest: 1\nname: x\nvariables: {a: 1}\nexports:\n  a: {window: \"\(text)${var.b}\"}\n")

    let (_, problems) = ManifestReader.read(file, variables: VariableValues(), environment: [:])

    let place = problems.all.first { $0.message == "unknown variable 'b'" }?.place
    #expect(place?.line == 5 && place?.column == 16 + text.unicodeScalars.count && place?.length == 8)
  }

  @Test func `a list is a list where it stands alone, and a mapping a mapping`() throws {
    let text = ManifestTests.good
      .replacing("count: 3,", with: "count: 3, sets: [tag, push], ios: {os: ios},")
      .replacing("datasets: [tag, push]", with: "datasets: \"${var.sets}\"")
      .replacing("{labels: {os: ios}}", with: "{labels: \"${var.ios}\"}")

    let (manifest, told) = ManifestTests.check(text)

    #expect(told == "")
    #expect(manifest?.exports[0].datasets.map(\.value) == ["tag", "push"])
    guard case .labelled(let labels)? = manifest?.exports[1].apps else {
      Issue.record("the apps are not picked by labels")
      return
    }
    #expect(labels.description == "{os: ios}")
  }
}
