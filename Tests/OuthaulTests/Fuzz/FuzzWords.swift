// SPDX-License-Identifier: Apache-2.0

/// What is spliced into inputs: words that mean something to a reader, and bytes that mean trouble.
enum FuzzWords {
  static let yaml =
    bytes
    + texts(
      [
        "- ", ": ", "? ", ", ", "&a ", "*a", "*a ", "<<: *a\n", "<<: [*a, *a]\n", "!!str ", "!!binary ", "!x ", "|\n",
        ">-\n",
        "|2+\n", "\"", "'", "#", " # c\n", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! x\n", "{", "}", "[", "]", "[]",
        "{}",
        "\n", "\n\n", "\t", "~", "null", "true", "\\", "\\x41", "\\ud800", "\\U0010FFFF", "`", "@", "a: &a {b: *a}\n",
        "&a [*a, *a, *a, *a, *a, *a, *a, *a]\n", "0x1F", "1e999", "-1", "0", ".5", ".inf", "0o7",
      ])

  static let manifest =
    yaml
    + texts(
      [
        "manifest: 1\n", "name: x\n", "variables: {x: 1}\n", "${var.x}", "${secret.token}", "${env.HOME}", "${",
        "${var.",
        "include: more.yaml\n", "include: [catalogue/*.yaml, loop.yaml]\n", "include: ../*/**\n",
        "apps: {include: more.yaml}\n",
        "apps: {discover: engagement}\n", "labels: {a: [b, \"!c\", \"d*\"]}", "apps: {labels: {tier: \"!\"}}", "all",
        "hour",
        "day", "week", "month", "PT15M", "P1DT12H", "P0D", "PT1S", "P99999999999Y", "P3M", "1w15250284452w", "99999d",
        "0s", "1h",
        "last: 30d", "from: 2016-02-29", "through: 2016-02-30", "to: 9999-12-31", "-0001-01-01", "0000-00-00",
        "10000-01-01",
        "2016-03-27T02:30:00", "1969-12-31T23:59:59", "Europe/Paris", "Pacific/Apia", "Australia/Lord_Howe",
        "Nowhere/Land",
        "gap: skip", "fold: second", "ripe_after: 6h", "order: sequential", "after: [{export: history, match: all}]",
        "match: window", "exclude: [{datasets: [event], windows: {from: 2016-01-01}}]", "10/s", "0/s", "1e9/s",
        "priority: -1",
        "max_failures: 0", "on_failure: stop", "verify: {min_rows: 1}", "campaigns: {all: finished}", "{env: A}",
        "{file: /x}",
        "{command: [a]}", "https://a.b/c?d", "retry: {attempts: 9223372036854775807, factor: 1e300}",
      ])

  static let description =
    yaml
    + texts(
      [
        "{{", "}}", "{app}", "{window.start}", "${", "/a/b", "/~1", "datasets:\n", "submit: {post: /x}\n", "poll:\n",
        "pick: ",
        "list: ", "state: ", "200", "[200, 299]", "\"$..\"", "zone: UTC", "unit: day", "again", "busy", "never",
        "limits:\n", "${step.a}", "${secret.key}", "${page.cursor}", "${param.a|choose:x,y}", "|4", "|99", "|not",
        "|epoch-ms",
        "|compact-date", "|trim|upper|int", "xml:/a/b", "xml:/a/*", "body:/a/*/b", "body:", "status:", "header:X-*",
        "header:Location", "take: {a: body:/a}", "id: [body:/id, {from: header:Location, last: true}]",
        "{pick: body:/n, into: query.at, ends: [x]}", "into: json.a", "into: form.a", "made: [a]", "empty: [a]",
        "expired: [a]", "rules: [{when: {status: [202]}, is: running}]", "keeps: {job: 30d}", "docs: https://a.example",
        "retired: 2018-02-30", "base: \"https://${param.a}.b.example\"", "tidy: {method: DELETE, expect: [204]}",
        "headers: {X-A: b}", "headers: {Host: b}", "form: {a: b}", "xml: <a/>", "text: a", "url: \"${task.id}\"",
        "secrets: {key: {about: a}}",
        "submit: [{method: POST, expect: [200]}, {method: POST, expect: [200], id: body:/id}]",
        "{class: named, id: \"${job.name}\"}", "{class: token, life: 8h}", "{class: single}", "{class: blind}",
      ])

  static let plan =
    bytes
    + texts(
      [
        "{", "}", "[", "]", "[]", "{}", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00",
        "\\u0041",
        "\\/", "null", "true", "-", "-0", "0.0", "1e400", "1E5", "01", "1.", "9223372036854775808", "\n", ",\n", "\n]",
        "\"plan\":2,",
        "\"jobs\":[\n", "\"gates\":[\n", "\"digest\":\"sha256:\"", "\"after\":[\"a\"],", "\"before\":[],",
        "\"found\":{},",
        "\"limits\":{},", "\"max_failures\":-1,", "2016-02-30T00:00:00Z", "9999-12-31T23:59:59Z",
        "-0001-01-01T00:00:00Z", "99999d",
      ])

  private static func texts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  /// A mark, NUL, bad and overlong UTF-8, a surrogate, every kind of line end, marks that turn and join text, pictures.
  private static let bytes: [[UInt8]] =
    [
      [0xEF, 0xBB, 0xBF], [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x0D],
      [0x0D, 0x0A], [0x1B, 0x5B, 0x33, 0x31, 0x6D], [0x7F], [0xFE, 0xFF], [0xFF, 0xFE, 0x61, 0],
    ] + texts(["\u{85}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{301}", "漢字", "👩‍👩‍👧", "İı", "\u{FEFF}", "\u{FFFD}"])
}
