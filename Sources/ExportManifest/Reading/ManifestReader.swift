// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Reads a manifest: YAML to values with places, variables put in, defaults applied, form checked.
/// What needs more than one value, or the service's traits, is checked by `ManifestRules`.
public enum ManifestReader {
  /// Keys of the language that this program does not know yet.
  static let later: Set<String> = [
    "isolate", "s3",
  ]

  /// The manifest as far as it could be understood, and every problem of its form.
  ///
  /// - Parameters:
  ///   - variables: values that replace those of the manifest's `variables:`.
  ///   - environment: for `${env.X}` in `variables:`.
  ///   - source: of the files that it includes.
  /// - Returns: no manifest only when the text is not YAML or not a mapping, or when something that it includes cannot
  ///   be had.
  public static func read(
    _ file: SourceFile, variables: VariableValues, environment: [String: String],
    including source: any IncludeSource = NoIncludes()
  ) -> (manifest: Manifest?, diagnostics: DiagnosticList) {
    var aliasesLeft = YAMLReader.aliasLimit
    var (root, problems) = YAMLReader.read(file, aliasesLeft: &aliasesLeft)
    guard let root else { return (nil, problems) }
    var includes = IncludeReader(source, aliasesLeft: aliasesLeft)
    let whole = includes.merged(root, &problems)
    var interpolator = Interpolator(
      whole, overrides: variables, environment: environment, isWhole: includes.isWhole, &problems)
    let filled = interpolator.fill(whole, &problems)
    guard var top = MappingReader(filled, "the manifest", code: "M001", &problems) else { return (nil, problems) }
    var parts = ManifestParts(file: file, isWhole: includes.isWhole)
    var manifest = parts.manifest(&top)
    manifest.included = includes.files
    manifest.unusedVariables = interpolator.unused.map { Located($0.key, at: $0.value) }
    manifest.holes = interpolator.holes.filter { parts.parameterPlaces.contains($0.key) }
    let misplaced = interpolator.holes.filter { !parts.parameterPlaces.contains($0.key) }
    for hole in misplaced.values.joined().sorted(by: { $0.place.isBefore($1.place) }) { problems.add(hole.refusal()) }
    let unread = interpolator.unread.union(misplaced.keys)
    manifest.unread = unread.union(parts.misplaced)
    problems.add(contentsOf: parts.problems.without(places: unread))
    (manifest.names, manifest.secretUses) = (parts.names, parts.secretUses)
    manifest.isRight = !problems.hasErrors
    return (includes.isWhole ? manifest : nil, problems)
  }
}
