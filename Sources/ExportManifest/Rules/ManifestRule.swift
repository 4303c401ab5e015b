// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A check that needs more than one value of a manifest, or what the service says of itself.
public protocol ManifestRule: Sendable {
  /// Stable for ever.
  static var code: String { get }
  /// What is wrong when the rule speaks, in a few words.
  static var title: String { get }
  /// What the rule is for, in a paragraph.
  static var explanation: String { get }
  /// What to do, in a sentence.
  static var fix: String { get }
  /// Sections of a manifest that break the rule, and that keep it.
  static var example: DiagnosticCode.Example { get }
  /// It is said only where nothing is wrong: beside errors it would be what follows from them.
  static var isAdvice: Bool { get }
  func check(_ input: RuleInput, _ problems: inout DiagnosticList)
}

extension ManifestRule {
  public static var isAdvice: Bool { false }

  /// The rule's entry among the codes.
  static var entry: DiagnosticCode {
    DiagnosticCode(code, title, meaning: explanation, fix: fix, example: example)
  }

  func tell(
    _ problems: inout DiagnosticList, _ message: String, at place: SourcePlace?, help: String? = nil,
    severity: Diagnostic.Severity = .error, related: [Diagnostic.Related] = []
  ) {
    problems.add(Diagnostic(severity, code: Self.code, message, at: place, help: help, related: related))
  }
}

/// What rules look at.
public struct RuleInput: Sendable {
  public let manifest: Manifest
  /// By the manifest's service names; a service whose description could not be read is not here.
  public let traits: [String: ServiceTraits]

  /// An export with its service's traits and the datasets that are known.
  func traits(of export: ExportSetting) -> ServiceTraits? { traits[export.service.value] }

  func dataset(_ word: Located<String>, of export: ExportSetting) -> DatasetTraits? {
    traits(of: export)?.datasets.first {
      $0.name == word.value.lowercased() || $0.aliases.contains(word.value.lowercased())
    }
  }
}

/// All rules. A new one is a file and a line here.
public enum ManifestRules {
  public static let all: [any ManifestRule] = [
    KnownNames(), KnownDatasets(), ServiceParameters(), AppParameters(), DatasetOptions(), KnownFormats(),
    LimitsBelowService(), WindowBounds(), NoCircles(), SomeApps(), AppsApart(), Staging(), FilesApart(),
    StopsConfirmed(),
    SecretsExist(),
    NothingUnused(),
    MatrixNames(), Catalogues(), ExclusiveOptions(), ServiceSecrets(), CredentialUsed(),
    NotificationTemplates(), NotificationBounds(), NotificationSecrets(), NotificationHeaders(),
  ]

  /// Everything that the rules find.
  public static func check(_ manifest: Manifest, traits: [String: ServiceTraits]) -> DiagnosticList {
    let input = RuleInput(manifest: manifest, traits: traits)
    var problems = DiagnosticList()
    for rule in all where !type(of: rule).isAdvice { rule.check(input, &problems) }
    guard manifest.isRight, !problems.hasErrors else { return problems.without(places: manifest.unread) }
    for rule in all where type(of: rule).isAdvice { rule.check(input, &problems) }
    return problems.without(places: manifest.unread)
  }
}
