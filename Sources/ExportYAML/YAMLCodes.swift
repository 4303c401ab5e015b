// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What the codes of YAML stand for. A new one is an entry here.
public enum YAMLCodes {
  public static let all = syntax + limits + language

  private static let syntax = [
    DiagnosticCode(
      "Y001", "the text is not YAML",
      meaning: """
        The parser could not go on: a bracket or quote that is not closed, a line that is indented differently from its \
        neighbours, a tab that indents, a colon that is missing. Nothing behind the place was read, so there may be more \
        problems than this one. Where the parser says what it was reading, a note shows where that began.
        """,
      fix: "Look at the place and the lines just before it: close what is open, and indent with spaces only.",
      example: .init("name: [nightly", fixed: "name: nightly")),
    DiagnosticCode(
      "Y003", "a byte that cannot stand in YAML",
      meaning: """
        YAML is text in UTF-8 without control characters other than tab and line ends. The file holds bytes that are no \
        UTF-8, often because it was saved as Latin-1 or UTF-16, or a control character that was pasted with something else.
        """,
      fix: "Save the file as UTF-8, or take the control character out. In double quotes \"\\x07\" writes one.",
      example: .init("name: night\u{7}ly", fixed: "name: nightly")),
    DiagnosticCode(
      "Y004", "the file is empty",
      meaning: "There is nothing in the file but white space and comments, and so nothing to read.",
      fix: "Check that the right file was named, and that it was saved.",
      example: .init(.file, "# nothing but a comment\n", fixed: nil)),
  ]

  private static let limits = [
    DiagnosticCode(
      "Y002", "the file is too large",
      meaning: """
        At most \(YAMLReader.sizeLimit) bytes of a file are read, and at most \(YAMLReader.nodeLimit) values, so that a wrong path (a disk image, a log) is one \
        sentence and not a machine that runs out of memory.
        """,
      fix: "Check the path. A manifest that really is this large is better cut into several.",
      example: nil),
    DiagnosticCode(
      "Y007", "aliases bring in too much",
      meaning: """
        An alias stands for everything below its anchor, and aliases of aliases multiply. What they bring in is limited to \
        \(YAMLReader.aliasLimit) nodes in a file, so that a few lines cannot become millions of values. A long text counts \
        for several.
        """,
      fix: "Write less of it with aliases, most of all not lists of aliases of lists of aliases.",
      example: .init(bomb, fixed: nil)),
    DiagnosticCode(
      "Y008", "nested too deeply",
      meaning: """
        Lists and mappings may stand in each other \(YAMLReader.depthLimit) levels deep, also by way of aliases. No manifest needs more than ten; \
        deeper ones are mistakes of a program that wrote them, or meant to do harm.
        """,
      fix: "Write it flat.",
      example: .init("variables: {deep: \(brackets)}", fixed: nil)),
  ]

  private static let language = [
    DiagnosticCode(
      "Y005", "a key that is given twice",
      meaning: """
        A mapping holds each key once. YAML libraries disagree on which of two values counts, so that neither is taken \
        silently; a note shows the first. Reading goes on with the first one, so that the rest is checked as well.
        """,
      fix: "Take one of them out, or give one another name.",
      example: .init("name: nightly\nname: weekly", fixed: "name: nightly")),
    DiagnosticCode(
      "Y006", "an alias without its anchor",
      meaning: "'*name' stands for what was marked with '&name' earlier in the same file. Nothing has that mark.",
      fix: "Write the anchor's name as it is at its '&', and put the anchor before its aliases.",
      example: .init(
        "apps:\n  shop: &shop {with: {collection: shop, app: shop}}\n  club: *shpo",
        fixed: "apps:\n  shop: &shop {with: {collection: shop, app: shop}}\n  club: *shop")),
    DiagnosticCode(
      "Y009", "an unknown tag",
      meaning: """
        A tag ('!name') asks for a value of a type that this program does not know. Only the tags of YAML itself, such as \
        '!!str', mean something here.
        """,
      fix: "Leave the tag out.",
      example: .init("name: !upper nightly", fixed: "name: nightly")),
    DiagnosticCode(
      "Y010", "a key that is no word",
      meaning: "YAML allows lists and mappings as keys; manifests and descriptions have no use for them.",
      fix: "Make the key one word, or put it in quotes when it begins with a bracket.",
      example: .init(
        "apps:\n  ? [shop, android]\n  : {with: {collection: shop, app: android}}",
        fixed: "apps:\n  shop-android: {with: {collection: shop, app: android}}")),
    DiagnosticCode(
      "Y011", "a merge of something that is no mapping",
      meaning: """
        '<<' brings the members of a mapping, or of each mapping of a list, into the one that it stands in. What is \
        written there wins over what is merged.
        """,
      fix: "Give '<<' an alias of a mapping, or a list of such aliases.",
      example: .init(
        "apps:\n  shop: &shop {with: {collection: shop, app: shop}}\n  club: {<<: shop}",
        fixed: "apps:\n  shop: &shop {with: {collection: shop, app: shop}}\n  club: {<<: *shop}")),
    DiagnosticCode(
      "Y012", "a second document",
      meaning: "'---' begins another document. One document is read from a file; a second would be ignored silently.",
      fix: "Keep one document in a file.",
      example: .init("name: nightly\n---\nname: weekly", fixed: "name: nightly")),
  ]

  private static let brackets =
    String(repeating: "[", count: YAMLReader.depthLimit) + String(repeating: "]", count: YAMLReader.depthLimit)

  /// Six lines for a million nodes.
  private static let bomb: String = {
    var lines = ["variables:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in 1...5 {
      let names = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      lines.append("  a\(level): &a\(level) [\(names)]")
    }
    return lines.joined(separator: "\n")
  }()
}
