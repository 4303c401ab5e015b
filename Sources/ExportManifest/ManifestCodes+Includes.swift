// SPDX-License-Identifier: Apache-2.0
import ExportCore

// What the codes of included files stand for.
extension ManifestCodes {
  static let includes = [
    DiagnosticCode(
      "M030", "an 'include' that cannot be read",
      meaning: """
        'include' is a path or a list of paths, from the folder of the file that it stands in on. They are relative, so \
        that a manifest means the same on every machine, and hold no variables, because those may be in the files. '*' and \
        '?' stand for characters of a name, '**' for folders.
        """,
      fix: "Write a path such as catalogue/*.yaml, or a list of them.",
      example: .init("include: /etc/outhaul/catalogue.yaml", fixed: "include: catalogue/*.yaml")),
    DiagnosticCode(
      "M031", "something that an included file cannot hold",
      meaning: """
        An included file holds any of the sections 'variables', 'secrets', 'services', 'destinations', 'apps', \
        'exports' and 'notify', and 'include'. 'manifest', 'name' and 'defaults' are the manifest's: defaults are for every \
        export, and would else depend on the order of files. A file that is included under 'apps' holds apps alone.
        """,
      fix: "Write it in the manifest, and take it out of the included file.",
      example: .init(
        .included, "defaults: {destination: lake}\napps:\n  club: {with: {collection: club, app: club}}",
        fixed: "apps:\n  club: {with: {collection: club, app: club}}")),
    DiagnosticCode(
      "M032", "a name that two files give",
      meaning: """
        Sections of included files are put together with those of the manifest, and each name stands once in the whole. \
        Neither file wins silently; a note shows the first place.
        """,
      fix: "Take one of them out, or give one another name.",
      example: .init(
        .included, "apps:\n  shop-ios: {with: {collection: shop, app: shop-ios}}",
        fixed: "apps:\n  club-ios: {with: {collection: club, app: club-ios}}")),
    DiagnosticCode(
      "M033", "files that include one another in a circle",
      meaning: """
        An included file may include others, and a file that two of them include is read once. A file that includes itself, \
        directly or through others, is a mistake: often a pattern takes the file that it stands in.
        """,
      fix: "Take one 'include' out of the circle that is named, or write a pattern that does not take the file itself.",
      example: .init("include: manifest.yaml", fixed: "include: catalogue/*.yaml")),
    DiagnosticCode(
      "M034", "nothing to include",
      meaning: """
        No file fits the path, or the file cannot be read. That is an error, because a catalogue that was moved would \
        else be exported by nobody, and nobody would know.
        """,
      fix: "Write the path as it is, from the folder of the file that includes it on.",
      example: .init("include: catlogue/*.yaml", fixed: "include: catalogue/*.yaml")),
    DiagnosticCode(
      "M035", "too much is included",
      meaning: """
        At most \(IncludeLimits.files) files are included, with \(IncludeLimits.bytes) bytes together, and at most \
        \(IncludeLimits.depth) deep; patterns look at \(IncludeLimits.entries) names. More comes from a pattern that takes \
        another folder than was meant.
        """,
      fix: "Write a pattern that takes fewer files, or put many small files together.",
      example: nil),
  ]
}
