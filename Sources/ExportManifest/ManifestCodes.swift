// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What the codes of manifests stand for: those of form, here, and those of the rules, each with its rule.
public enum ManifestCodes {
  public static let all =
    form + values + references + exports + includes + discoveries + ManifestRules.all.map { type(of: $0).entry }

  private static let form = [
    DiagnosticCode(
      "M001", "the form of a section is wrong",
      meaning: """
        A part of the manifest is no mapping where one is needed, lacks a member that it must have, is empty, or has a \
        key that is not known there. Unknown keys are errors and not ignored: a limit that was misspelt would otherwise \
        be no limit.
        """,
      fix: "Write the key as suggested, add the member that is missing, or take the key out.",
      example: .init("nmae: nightly", fixed: "name: nightly")),
    DiagnosticCode(
      "M002", "an unknown version of the manifest language",
      meaning: "'manifest' says which version of the language the rest is written in. This program knows version 1.",
      fix: "Write 'manifest: 1', or use the program that the manifest was written for.",
      example: .init("manifest: 2", fixed: "manifest: 1")),
    DiagnosticCode(
      "M003", "not a name",
      meaning: """
        Entries of 'services', 'destinations', 'apps', 'exports', 'secrets' and 'notify' are named by their keys. Names \
        become parts of folders and reports: they are letters, digits, '-', '_' and '.', at most 120, and do not begin with '.'.
        """,
      fix: "Use other characters; an app's name for the service stands in its 'with' and may be anything.",
      example: .init(
        "apps:\n  shop/ios: {with: {collection: shop, app: ios}}",
        fixed: "apps:\n  shop-ios: {with: {collection: shop, app: ios}}")),
    DiagnosticCode(
      "M004", "a text is missing",
      meaning: "Where a text or a list of texts is taken, something else stands, or nothing.",
      fix: "Write one word, in quotes when it holds characters that mean something in YAML.",
      example: .init("name: [nightly, weekly]", fixed: "name: nightly")),
  ]

  private static let values = [
    DiagnosticCode(
      "M005", "a word that is not in the list",
      meaning: "The value is one of a few words that are fixed by the language, and this is none of them.",
      fix: "Take the word that is suggested, or one of those that are listed.",
      example: .init(
        export("window: {every: fortnight, from: 2016-01-01, through: 2016-01-07}"),
        fixed: export("window: {every: day, from: 2016-01-01, through: 2016-01-07}"))),
    DiagnosticCode(
      "M006", "not a duration",
      meaning: "Durations are a number and a unit, such as 30s, 15m, 6h or 7d. A bare number has no unit.",
      fix: "Write the number and its unit without a space.",
      example: .init(
        "defaults: {destination: lake, timeouts: {total: 1 day}}",
        fixed: "defaults: {destination: lake, timeouts: {total: 1d}}")),
    DiagnosticCode(
      "M007", "not a number that can stand here",
      meaning:
        "The value is no number, is no whole number where one is taken, or is outside the range that makes sense.",
      fix: "Write a number of the range that is shown, without quotes and without a unit.",
      example: .init(
        "defaults: {destination: lake, retry: {attempts: 0}}",
        fixed: "defaults: {destination: lake, retry: {attempts: 1}}")
    ),
    DiagnosticCode(
      "M010", "not a URL that can be used",
      meaning: """
        Addresses are absolute URLs without user, query or fragment. They are https, apart from 127.0.0.1 and localhost: \
        tokens travel in them. A container's URL names the account's host and the container. A query is refused and \
        never shown, because it often holds a signature.
        """,
      fix: "Write https://HOST/PATH; give a shared access signature as 'sas: \"${secret.NAME}\"'.",
      example: .init(
        lake("azure_container: contoso.blob.core.windows.net/exports, account_key: \"${secret.key}\""),
        fixed: lake("azure_container: https://contoso.blob.core.windows.net/exports, account_key: \"${secret.key}\""))),
    DiagnosticCode(
      "M012", "not a rate",
      meaning: "'submits' and 'calls' are a count for a unit of time: 10/s, 600/m or 1200/h.",
      fix: "Write the count, a slash, and s, m or h.",
      example: .init(service("limits: {submits: 10}"), fixed: service("limits: {submits: 10/s}"))),
    DiagnosticCode(
      "M016", "not a day",
      meaning: "'from', 'through' and 'to' are days of the calendar, written as yyyy-MM-dd. The day must exist.",
      fix: "Write the year with four digits, then month and day with two each.",
      example: .init(
        export("window: {every: day, from: 1.1.2016, through: 2016-01-07}"),
        fixed: export("window: {every: day, from: 2016-01-01, through: 2016-01-07}"))),
  ]

  private static let references = [
    DiagnosticCode(
      "M008", "a secret where a reference is needed",
      meaning: """
        Credentials are taken by reference only, so that a manifest can be committed and shown. What stands there is not \
        '${secret.NAME}' alone; it may be the secret itself, and is not repeated.
        """,
      fix: "Write \"${secret.NAME}\", and say under 'secrets' where it is. If a secret was written down, replace it.",
      example: .init(
        service("credential: {bearer: not-a-reference}"), fixed: service("credential: {bearer: \"${secret.token}\"}"))),
    DiagnosticCode(
      "M009", "a secret that does not say where it is",
      meaning: """
        An entry of 'secrets' says where the secret is taken from: an environment variable or a file, exactly one. A \
        literal is an error, and its line is not shown.
        """,
      fix: "Write {env: NAME} or {file: PATH}. If a secret was written down, replace it.",
      example: .init(
        "secrets:\n  token: not-a-reference\n  key: {env: KEY}",
        fixed: "secrets:\n  token: {env: TOKEN}\n  key: {env: KEY}")),
    DiagnosticCode(
      "M011", "a credential needs exactly one kind",
      meaning: """
        A service is signed in to in one way. No kind was given, or more than one; or a managed identity was named in more \
        than one way.
        """,
      fix: "Keep one kind, such as azure_client, managed_identity or bearer, or write 'credential: none'.",
      example: .init(service("credential: {}"), fixed: service("credential: {bearer: \"${secret.token}\"}"))),
    DiagnosticCode(
      "M013", "members of a destination that do not fit together",
      meaning: """
        A destination is an Azure container, with an account key, a shared access signature or a credential, or a \
        directory, with a container as its 'staging'. Members of one kind mean nothing for the other.
        """,
      fix: "Choose 'azure_container' with 'account_key', 'sas' or 'credential', or 'directory' with 'staging'.",
      example: .init(
        lake("azure_container: https://contoso.blob.core.windows.net/exports"),
        fixed: lake("azure_container: https://contoso.blob.core.windows.net/exports, account_key: \"${secret.key}\""))),
    DiagnosticCode(
      "M024", "a name of files that cannot be used",
      meaning: """
        'files' of a directory says how files are named below it, with placeholders: {export}, {app}, {dataset}, {format}, \
        {window} and {task} in folders and names, {part} in the last step, where it must stand. It is relative, no step \
        begins with a dot, and so it never leads out of the directory.
        """,
      fix: "Write one such as {export}/{app}/{dataset}/{format}/{window}/part-{part}.{format}.",
      example: .init(
        files("\"../{app}/{window}/{part}.json\""), fixed: files("\"{app}/{dataset}/{window}/{part}.json\""))),
    DiagnosticCode(
      "M017", "a variable on the command line that the manifest has not",
      meaning: """
        '--var name=value' gives a variable of the manifest another value. It makes no new ones: a name that was mistyped \
        would change nothing, and nobody would know.
        """,
      fix: "Write the name as it stands under 'variables', or add it there with a default.",
      example: .init(
        .command, "outhaul validate manifest.yaml --var regoin=us",
        fixed: "outhaul validate manifest.yaml --var region=us")),
    DiagnosticCode(
      "M020", "a variable of another type",
      meaning: """
        A variable has the type of its value under 'variables': a text, a whole number, a number, true or false, a list or \
        a mapping. What '--var' and '--var-file' give it is of the same type. One whose value there is null takes any.
        """,
      fix: "Give a value of the variable's own type, or change the one under 'variables'.",
      example: .init(
        .command, "outhaul validate manifest.yaml --var days=many",
        fixed: "outhaul validate manifest.yaml --var days=9")),
    DiagnosticCode(
      "M018", "a reference that cannot be followed",
      meaning: """
        '${var.NAME}' stands for a variable of the manifest, '${env.NAME}' for one of the environment (under 'variables' \
        only), '${secret.NAME}' for a secret where one is taken. '${window.start}', '${window.end}' and '${app.NAME}' are \
        for parameters that a description calls templates. There is no other logic in texts. The name is unknown, cannot \
        stand here, or has no value.
        """,
      fix: "Write the name as suggested, add it to 'variables', or set it in the environment.",
      example: .init("name: \"nightly-${var.regoin}\"", fixed: "name: \"nightly-${var.region}\"")),
  ]

  private static let exports = [
    DiagnosticCode(
      "M014", "an export without a destination",
      meaning: "Every export says where its files go, itself or through 'defaults'.",
      fix: "Add 'destination' to the export or to 'defaults'.",
      example: .init("defaults: {format: json}", fixed: "defaults: {format: json, destination: lake}")),
    DiagnosticCode(
      "M015", "'after' is no list",
      meaning: "'after' lists the exports that come before this one, each with the scope in which they wait.",
      fix: "Write [{export: NAME, match: app}].",
      example: .init(
        ExampleText.exports("after: snapshots"),
        fixed: ExampleText.exports("after: [{export: snapshots}]"))),
    DiagnosticCode(
      "M021", "two words on what a failure does",
      meaning: """
        'on_failure: stop' starts nothing more of an export after its first failed job, 'max_failures: 5' after its fifth. \
        Without either, or with 'on_failure: continue', the rest goes on. One of them says it.
        """,
      fix: "Keep one of the two.",
      example: .init(
        ExampleText.exports("on_failure: stop\n    max_failures: 5"),
        fixed: ExampleText.exports("max_failures: 5"))),
    DiagnosticCode(
      "M019", "'include' or 'exclude' that cannot be read",
      meaning: """
        'include' and 'exclude' of an export are lists of matches. A match says at least one of app, dataset, format, \
        labels and window; a window is a day on which it begins, or a range of such days.
        """,
      fix: "Write [{app: shop-*, dataset: event, window: 2016-01-01..2016-01-31}].",
      example: .init(
        ExampleText.exports("exclude: [{window: january}]"),
        fixed: ExampleText.exports("exclude: [{window: 2016-01-01..2016-01-31}]"))),
  ]

  private static let discoveries = [
    DiagnosticCode(
      "M040", "'discover' that names no service",
      meaning: """
        'discover' under 'apps' names a service whose catalogue is asked for its apps when the plan is made: a name, a \
        list of names, or a mapping of service, match and labels. The word is taken: no app can be called so.
        """,
      fix: "Write the name of an entry of 'services'; give an app that is called so another name.",
      example: .init(
        "apps:\n  discover: {with: {collection: shop, app: discover}}",
        fixed: "apps:\n  discover-app: {with: {collection: shop, app: discover}}"))
  ]

  private static func export(_ window: String) -> String { ExampleText.history(window: window) }
  private static func service(_ line: String) -> String { ExampleText.service(line) }
  private static func files(_ template: String) -> String {
    """
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
      files: {directory: exports, staging: lake, files: \(template)}
    defaults: {destination: files}
    """
  }
  private static func lake(_ members: String) -> String { "destinations:\n  lake: {\(members)}" }
}
