// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// A folder that is only texts by path. Folders are what paths have in front of their last `/`.
struct TextFolder: IncludeSource {
  var texts: [String: String]
  /// Other paths of files.
  var links: [String: String] = [:]
  /// Paths that cannot be read.
  var locked: Set<String> = []
  /// Bytes that files have besides their texts.
  var weights: [String: Int] = [:]
  let manifest = "m.yaml"

  func entries(of folder: String) throws(IncludeFailure) -> [IncludeEntry]? {
    if locked.contains(folder) { throw IncludeFailure("permission denied") }
    let prefix = folder.isEmpty ? "" : folder + "/"
    var entries: [String: IncludeEntry] = [:]
    for path in [manifest] + texts.keys + links.keys where path.hasPrefix(prefix) && !path.hasPrefix(prefix + "../") {
      let rest = path.dropFirst(prefix.count)
      let name = String(rest.prefix { $0 != "/" })
      entries[name] = IncludeEntry(name: name, isFolder: name.count < rest.count, isLink: links[path] != nil)
    }
    return entries.isEmpty ? nil : Array(entries.values)
  }

  func read(_ path: String, limit: Int) throws(IncludeFailure) -> SourceFile {
    guard let text = texts[identity(of: path)], !locked.contains(path) else {
      throw IncludeFailure("permission denied")
    }
    guard text.utf8.count + weights[path, default: 0] <= limit else { throw IncludeFailure.tooLarge }
    return SourceFile(name: path, text: text)
  }

  func identity(of path: String) -> String { links[path] ?? path }
}

@Suite struct IncludeTests {
  /// A right manifest without apps and exports, with these lines.
  private static func manifest(_ lines: String) -> String {
    """
    manifest: 1
    name: nightly
    variables: {group: shop}
    secrets: {token: {env: TOKEN}, key: {file: key.txt}}
    services:
      engagement: {use: azure-mobile-engagement, with: {subscription: s-1}, credential: {bearer: "${secret.token}"}}
    destinations:
      lake: {azure_container: https://acct.blob.core.windows.net/lake, account_key: "${secret.key}"}
    defaults: {destination: lake}

    """ + lines
  }

  private static let history = """
    exports:
      history: {service: engagement, apps: all, datasets: event, window: {every: day, last: 3d}}

    """

  private static func app(_ name: String) -> String { "  \(name): {with: {app: \"${var.group}-\(name)\"}}\n" }
  private static func apps(_ names: String...) -> String { "apps:\n" + names.map(app).joined() }

  private struct Result {
    var manifest: Manifest?
    var text: String
    var apps: [String] { manifest?.apps.map(\.name.value) ?? [] }
    var included: [String] { manifest?.included.map(\.path) ?? [] }
  }

  private static func read(_ lines: String, _ folder: TextFolder) -> Result {
    var (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: Self.manifest(lines)), variables: VariableValues(), environment: [:],
      including: folder)
    if let manifest {
      problems.add(contentsOf: ManifestRules.check(manifest, traits: ["engagement": ManifestTests.traits]))
    }
    return Result(manifest: manifest, text: problems.isEmpty ? "" : problems.text())
  }

  private static func read(_ lines: String, _ texts: [String: String]) -> Result {
    read(lines, TextFolder(texts: texts))
  }

  // MARK: What is taken

  @Test func `sections of all files are put together, the manifest's first, then files by their paths`() {
    let result = Self.read(
      "include: [catalogue/*.yaml, exports.yaml]\n" + Self.apps("z"),
      [
        "catalogue/b.yaml": Self.apps("b"), "catalogue/B.yaml": Self.apps("B"),
        "catalogue/a.yaml": Self.apps("a2", "a1"),
        "catalogue/readme.md": "not: [yaml", "exports.yaml": Self.history,
      ])

    #expect(result.text == "")
    #expect(result.apps == ["z", "B", "a2", "a1", "b"])
    #expect(result.included == ["catalogue/B.yaml", "catalogue/a.yaml", "catalogue/b.yaml", "exports.yaml"])
    #expect(result.manifest?.apps[1].parameters["app"]?.value == "shop-B")
    #expect(result.manifest?.exports.map(\.name.value) == ["history"])
  }

  @Test func `a file may hold every section, and its variables are everybody's`() {
    let result = Self.read(
      "include: all.yaml\napps:\n  a: {with: {app: \"${var.other}\"}}\n",
      [
        "all.yaml": """
        variables: {other: x}
        secrets: {sas: {env: SAS}}
        services: {second: {use: azure-mobile-engagement, with: {subscription: s-2}}}
        destinations: {pond: {azure_container: https://acct.blob.core.windows.net/pond, sas: "${secret.sas}"}}
        apps: {b: {with: {app: "${var.group}"}}}
        exports:
          history: {service: engagement, apps: all, datasets: event, window: {every: day, last: 3d}}
          other:
            {service: engagement, destination: pond, apps: [a], datasets: tag, window: {every: day}}
        notify: {team: {url: "https://hooks.example/${secret.sas}"}}
        """
      ])

    #expect(
      result.text == "all.yaml:3:12: warning: nothing uses the service 'second' [M113]\n"
        + "  3 | services: {second: {use: azure-mobile-engagement, with: {subscription: s-2}}}\n"
        + "    |            ^~~~~~\n1 warning")
    #expect(result.manifest?.apps.map { $0.parameters["app"]?.value } == ["x", "shop"])
    #expect(result.manifest?.secrets["sas"] == .environment("SAS"))
    #expect(result.manifest?.notifications.map(\.name.value) == ["team"])
  }

  @Test func `apps are included beside apps, bare or under their key`() {
    let result = Self.read(
      Self.apps("z") + "  include: [a.yaml, b.yaml]\n" + Self.history,
      ["a.yaml": "one: {with: {app: a}}\ntwo: {with: {app: b}}\n", "b.yaml": "apps:\n  three: {with: {app: c}}\n"])

    #expect(result.text == "")
    #expect(result.apps == ["z", "one", "two", "three"])
  }

  @Test func `paths begin at the folder of the file that includes, and a file counts once`() {
    let result = Self.read(
      "include: [teams/one/main.yaml, teams/two/main.yaml, ./teams/one/../shared.yaml]\n" + Self.history,
      [
        "teams/one/main.yaml": "include: [../shared.yaml, apps.yaml]\n", "teams/one/apps.yaml": Self.apps("one"),
        "teams/two/main.yaml": "include: ../shared.yaml\napps: {include: more/*.yaml}\n",
        "teams/two/more/x.yaml": Self.app("two").replacing("  two", with: "two"),
        "teams/shared.yaml": Self.apps("shared"),
      ])

    #expect(result.text == "")
    #expect(result.apps == ["shared", "one", "two"])
    #expect(
      result.included == [
        "teams/one/main.yaml", "teams/shared.yaml", "teams/one/apps.yaml", "teams/two/main.yaml",
        "teams/two/more/x.yaml",
      ])
  }

  @Test func `a file with two names counts once`() {
    let result = Self.read(
      "include: [a.yaml, link.yaml]\n" + Self.history,
      TextFolder(texts: ["a.yaml": Self.apps("a")], links: ["link.yaml": "a.yaml"]))

    #expect(result.text == "")
    #expect(result.included == ["a.yaml"])
  }

  @Test func `files above the manifest can be included`() {
    let result = Self.read("include: ../shared/*.yaml\n" + Self.history, ["../shared/a.yaml": Self.apps("a")])

    #expect(result.text == "")
    #expect(result.included == ["../shared/a.yaml"])
  }

  /// A pattern, and the files that it takes of a tree.
  @Test(arguments: [
    ("t/*.yaml", ["t/a.yaml", "t/b.yaml"]), ("t/?.yaml", ["t/a.yaml", "t/b.yaml"]), ("t/a.*", ["t/a.yaml"]),
    ("t/**/*.yaml", ["t/a.yaml", "t/b.yaml", "t/c/d.yaml", "t/c/e/f.yaml"]), ("t/**/d.yaml", ["t/c/d.yaml"]),
    ("t/**/e/*", ["t/c/e/f.yaml"]), ("t/*/*.yaml", ["t/c/d.yaml"]), ("**/e/f.yaml", ["t/c/e/f.yaml"]),
    ("t/c/**", ["t/c/d.yaml", "t/c/e/f.yaml"]), ("t/.h.yaml", ["t/.h.yaml"]), ("t/.*.yaml", ["t/.h.yaml"]),
    ("./t/./c/../b.yaml", ["t/b.yaml"]), ("t//b.yaml", ["t/b.yaml"]), ("t/**/**/d.yaml", ["t/c/d.yaml"]),
    ("t/*c*/**/*.yaml", ["t/c/d.yaml", "t/c/e/f.yaml"]),
  ])
  func `patterns take files as in a shell`(pattern: String, files: [String]) {
    let paths = ["t/a.yaml", "t/b.yaml", "t/c/d.yaml", "t/c/e/f.yaml", "t/.h.yaml", "t/.hidden/g.yaml"]
    let texts = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, Self.apps("app-\($0)")) })

    let result = Self.read("include: '\(pattern)'\n" + Self.history, texts)

    #expect(result.text == "")
    #expect(result.included == files)
  }

  // MARK: What is told

  @Test func `a problem is told in the file and the line where it stands`() {
    let result = Self.read(
      "include: a.yaml\n" + Self.history,
      ["a.yaml": "# the shop\napps:\n  shop: {with: {ap: \"${var.grop}\"}, lables: {a: b}}\n"])

    #expect(
      result.text == """
        a.yaml:3:17: error: unknown parameter 'ap' of the app 'shop' [M104]
          3 |   shop: {with: {ap: "${var.grop}"}, lables: {a: b}}
            |                 ^~ did you mean 'app'?
        a.yaml:3:22: error: unknown variable 'grop' [M018]
          3 |   shop: {with: {ap: "${var.grop}"}, lables: {a: b}}
            |                      ^~~~~~~~~~~ did you mean 'group'?
        a.yaml:3:37: error: unknown key 'lables' in the app 'shop' [M001]
          3 |   shop: {with: {ap: "${var.grop}"}, lables: {a: b}}
            |                                     ^~~~~~ did you mean 'labels'?
        3 errors
        """)
  }

  @Test func `a name in two files is told with both places`() {
    let result = Self.read(
      "include: [a.yaml, b.yaml]\n" + Self.apps("one") + Self.history,
      ["a.yaml": Self.apps("two"), "b.yaml": Self.apps("two", "one")])

    #expect(
      result.text == """
        b.yaml:2:3: error: 'two' of 'apps' is given in two files [M032]
          2 |   two: {with: {app: "${var.group}-two"}}
            |   ^~~
        a.yaml:2:3: note: it was first given here
          2 |   two: {with: {app: "${var.group}-two"}}
            |   ^~~
        b.yaml:3:3: error: 'one' of 'apps' is given in two files [M032]
          3 |   one: {with: {app: "${var.group}-one"}}
            |   ^~~
        m.yaml:12:3: note: it was first given here
          12 |   one: {with: {app: "${var.group}-one"}}
             |   ^~~
        2 errors
        """)
  }

  @Test func `a circle is named from the file that closes it`() {
    let result = Self.read(
      "include: a.yaml\n" + Self.apps("z") + Self.history,
      ["a.yaml": "include: d/b.yaml\n", "d/b.yaml": "include: [ ../a.yaml ]\n"])

    #expect(result.manifest == nil)
    #expect(
      result.text == """
        d/b.yaml:1:12: error: files include one another in a circle: 'a.yaml' includes 'd/b.yaml' includes 'a.yaml' [M033]
          1 | include: [ ../a.yaml ]
            |            ^~~~~~~~~ take one 'include' out
        1 error
        """)
  }

  /// An include, and what is told of it: nothing else is, although there are no apps and no variables.
  @Test(arguments: [
    ("include: 'm*.yaml'", "in a circle: 'm.yaml' includes 'm.yaml' [M033]"),
    ("include: none/*.yaml", "error: no file fits 'none/*.yaml' [M034]"),
    ("include: apps.yml", "error: there is no file 'apps.yml' [M034]"),
    ("include: folder", "'folder' is a folder [M034]"),
    ("include: folder/", "'folder/' is a folder [M034]"),
    ("include: /etc/apps.yaml", "'/etc/apps.yaml' is absolute [M030]"),
    ("include: \"${var.group}.yaml\"", "'include' takes no variables: '${var.group}.yaml' [M030]"),
    ("include: {a: b}", "'include' takes paths, not a mapping [M030]"), ("include: []", "'include' is empty [M030]"),
    ("include: [[a]]", "'include' takes paths, not a list [M030]"),
    ("include: \"\"", "'include' takes paths, not an empty text [M030]"),
    ("apps: {include: {with: x}}", "'include' takes paths, not a mapping [M030]"),
    ("include: locked.yaml", "cannot read 'locked.yaml': permission denied [M034]"),
    ("include: vault/*.yaml", "cannot look for 'vault/*.yaml': permission denied [M034]"),
    ("include: list.yaml", "list.yaml:1:1: error: an included file must be a mapping, not a list [M001]"),
    ("include: bad.yaml", "bad.yaml:2:1: error: "),
    ("include: empty.yaml", "empty.yaml:1:1: error: the file is empty [Y004]"),
  ])
  func `what cannot be had is told once, and nothing is made up of what it would have held`(
    lines: String, expected: String
  ) {
    let folder = TextFolder(
      texts: [
        "apps.yaml": "", "folder/a.yaml": "", "locked.yaml": "", "list.yaml": "[a]", "bad.yaml": "apps: [\n",
        "empty.yaml": "# nothing\n", "vault/a.yaml": "",
      ], locked: ["locked.yaml", "vault"])

    let result = Self.read(
      lines + "\n"
        + Self.history.replacing("apps: all", with: "apps: [gone]").replacing("event,", with: "\"${var.gone}\","),
      folder)

    #expect(result.text.contains(expected), "\(result.text)")
    #expect(result.text.hasSuffix("\n1 error"), "\(result.text)")
    #expect(result.manifest == nil)
  }

  @Test func `what an included file cannot hold is told, and the rest of it counts`() {
    let result = Self.read(
      "include: a.yaml\n" + Self.history,
      ["a.yaml": "manifest: 1\nname: x\ndefaults: {destination: lake}\nexprots: {}\n" + Self.apps("a")])

    #expect(
      result.text == """
        a.yaml:1:1: error: 'manifest' cannot stand in an included file [M031]
          1 | manifest: 1
            | ^~~~~~~~ write it in the manifest
        a.yaml:2:1: error: 'name' cannot stand in an included file [M031]
          2 | name: x
            | ^~~~ write it in the manifest
        a.yaml:3:1: error: 'defaults' cannot stand in an included file [M031]
          3 | defaults: {destination: lake}
            | ^~~~~~~~ write it in the manifest: it is for every export
        a.yaml:4:1: error: unknown key 'exprots' in an included file [M001]
          4 | exprots: {}
            | ^~~~~~~ did you mean 'exports'?
        4 errors
        """)
    #expect(result.apps == ["a"])
  }

  @Test func `a file of apps holds nothing beside them`() {
    let result = Self.read(
      "apps: {include: a.yaml}\n" + Self.history, ["a.yaml": "variables: {a: b}\n" + Self.apps("a")])

    #expect(
      result.text == """
        a.yaml:1:1: error: 'variables' cannot stand beside 'apps' in a file that is included under 'apps' [M031]
          1 | variables: {a: b}
            | ^~~~~~~~~ include the file at the top level, or leave it out
        1 error
        """)
  }

  @Test func `a section of another kind is told in its own file, and the others count`() {
    let result = Self.read(
      "include: [a.yaml, b.yaml]\n" + Self.history, ["a.yaml": "apps: [one]\n", "b.yaml": Self.apps("b")])

    #expect(result.text.hasPrefix("a.yaml:1:7: error: 'apps' must be a mapping, not a list [M001]\n"), "\(result.text)")
    #expect(result.text.hasSuffix("\n1 error"), "\(result.text)")
    #expect(result.apps == ["b"])
  }

  @Test func `the line of a secret in an included file is never shown`() {
    let result = Self.read(
      "include: a.yaml\n" + Self.apps("z") + Self.history, ["a.yaml": "secrets: {other: hunter2, more: [x]}\n"])

    #expect(result.text.contains("a.yaml:1:11: error: the secret 'other' must say where it is, not what it is [M009]"))
    #expect(!result.text.contains("hunter2"))
  }

  // MARK: Limits

  @Test func `more files, bytes, depth and names than the limits are errors with their numbers`() {
    let deep = Dictionary(
      uniqueKeysWithValues: (1...20).map { ("\($0).yaml", "include: \($0 + 1).yaml\n") })
    let many = Dictionary(
      uniqueKeysWithValues: (0...IncludeLimits.files).map { ("many/\($0).yaml", "variables: {}\n") })

    let tooDeep = Self.read("include: 1.yaml\n" + Self.apps("z") + Self.history, deep)
    let tooMany = Self.read("include: many/*.yaml\n" + Self.apps("z") + Self.history, many)
    // Each would do, and both do not.
    let tooLarge = Self.read(
      "include: l/*.yaml\n" + Self.apps("z") + Self.history,
      TextFolder(
        texts: ["l/1.yaml": "variables: {}\n", "l/2.yaml": "variables: {}\n", "l/3.yaml": "variables: {}\n"],
        weights: ["l/2.yaml": IncludeLimits.bytes - 20]))

    #expect(
      tooDeep.text == """
        16.yaml:1:10: error: files include one another more than 16 deep [M035]
          1 | include: 17.yaml
            |          ^~~~~~~
        1 error
        """)
    #expect(
      tooMany.text == """
        m.yaml:10:10: error: more than 10000 files are included [M035]
          10 | include: many/*.yaml
             |          ^~~~~~~~~~~
        1 error
        """)
    #expect(
      tooLarge.text == """
        m.yaml:10:10: error: included files have more than 67108864 bytes together [M035]
          10 | include: l/*.yaml
             |          ^~~~~~~~ 'l/2.yaml' does not fit any more
        1 error
        """)
  }

  @Test func `aliases of all files together are bounded`() {
    let list = "[" + Array(repeating: "x", count: 999).joined(separator: ", ") + "]"
    let names = Array(repeating: "*a", count: 60).joined(separator: ", ")
    let bomb = "variables: {V: &a \(list), W: [\(names)]}\n"

    let one = Self.read("include: a.yaml\n" + Self.apps("z") + Self.history, ["a.yaml": bomb])
    let two = Self.read(
      "include: [a.yaml, b.yaml]\n" + Self.apps("z") + Self.history,
      ["a.yaml": bomb, "b.yaml": bomb.replacing("V", with: "v").replacing("W", with: "w")])

    #expect(!one.text.contains("error"), "\(one.text.suffix(200))")
    #expect(two.text.contains("b.yaml:1:"), "\(two.text.suffix(200))")
    #expect(two.text.contains("error: aliases bring in more than 100000 nodes [Y007]"))
  }
}
