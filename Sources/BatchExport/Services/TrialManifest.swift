// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Foundation

/// A manifest with one export of one app, made of what a command line says, so that a trial is held to the same rules as
/// any other. A value; every line of it knows the option that it came from.
public struct TrialManifest: Sendable {
  /// The name of the service, the app and the export.
  static let name = "try"

  public var sheet: ServiceSheet
  /// Where the description is, for a reader in any folder.
  public var use: String
  public var base: String?
  public var parameters: [String: String] = [:]
  public var appParameters: [String: String] = [:]
  public var options: [String: String] = [:]
  public var dataset: String
  public var format: String?
  /// By the names that the description has for them; `token` is the bearer token.
  public var secrets: [String: SecretReference] = [:]
  public var sendsToken = false
  public var container: String?
  public var signature: SecretReference?
  public var out: String?

  public init(_ sheet: ServiceSheet, use: String, dataset: String) {
    (self.sheet, self.use, self.dataset) = (sheet, use, dataset)
  }

  public var text: String { lines.map(\.text).joined(separator: "\n") + "\n" }

  /// The option that a line of the text came from.
  public func option(ofLine number: Int) -> String? {
    lines.indices.contains(number - 1) ? lines[number - 1].option : nil
  }

  // MARK: Lines

  private struct Line {
    var text: String
    var option: String?
  }

  private var lines: [Line] {
    var lines = [Line(text: "manifest: 1"), Line(text: "name: \(Self.name)")]
    func add(_ text: String, _ option: String? = nil) { lines.append(Line(text: text, option: option)) }
    add("secrets:")
    for (name, reference) in secrets.sorted(by: { $0.key < $1.key }) where isUsed(name) {
      add("  \(Self.scalar(name)): \(Self.reference(reference))", "--secret \(name)")
    }
    add("  try_container: \(Self.reference(signature ?? .environment("OUTHAUL_TRY_SAS")))", "--sas")
    add("services:")
    add("  \(Self.name):")
    add("    use: \(Self.scalar(use))")
    if let base { add("    base: \(Self.scalar(base))", "--base") }
    lines += members("with", parameters, of: sheet.traits.parameters, option: "--with", indent: "    ")
    if sheet.traits.proof == .credential {
      add("    credential: " + (sendsToken ? "{bearer: \"${secret.token}\"}" : "none"), "--secret token")
    }
    let own = sheet.traits.secrets.map(\.name).filter { secrets[$0] != nil }
    if !own.isEmpty {
      add("    secrets:")
      for name in own { add("      \(Self.scalar(name)): \"${secret.\(name)}\"", "--secret \(name)") }
    }
    add("destinations:")
    let url = container ?? "https://nowhere.example/container"
    add("  staging: {azure_container: \(Self.scalar(url)), sas: \"${secret.try_container}\"}", "--container")
    if let out { add("  files: {directory: \(Self.scalar(out))\(staging)}", "--out") }
    add("apps:")
    add("  \(Self.name):")
    lines += members("with", appParameters, of: sheet.traits.appParameters, option: "--app", indent: "    ")
    if lines.last?.text == "  \(Self.name):" { lines[lines.count - 1].text += " {}" }
    add("exports:")
    add("  \(Self.name):")
    add("    service: \(Self.name)")
    add("    apps: all")
    add("    datasets: [\(Self.scalar(dataset))]", "--dataset")
    add("    destination: \(out == nil ? "staging" : "files")")
    if let format { add("    format: \(Self.scalar(format))", "--format") }
    add("    window: \(window)", "--window")
    if let rule = sheet.traits.dataset(typed: dataset) {
      lines += members(Self.scalar(rule.name), options, of: rule.options, option: "--option", indent: "    ")
    }
    return lines
  }

  /// A secret that nothing refers to would be warned of.
  private func isUsed(_ name: String) -> Bool {
    sheet.traits.secrets.contains { $0.name == name } || (name == "token" && sendsToken)
  }

  private var staging: String { sheet.traits.delivery == .fetched ? "" : ", staging: staging" }

  /// One cell that the service can be asked for: the window that is wanted takes its place.
  private var window: String {
    guard let rule = sheet.traits.dataset(typed: dataset), rule.kind == .historical, let form = rule.window else {
      return "{every: day}"
    }
    return switch form.unit {
    case .instant: instants(of: form)
    case .hour: "{every: hour, from: 2016-01-01T00:00, to: 2016-01-01T01:00, zone: \(form.zone)}"
    case .day: "{every: day, from: 2016-01-01, through: 2016-01-01, zone: \(form.zone)}"
    // The shortest there is.
    case .month: "{every: month, from: 2015-02-01, to: 2015-03-01, zone: \(form.zone)}"
    }
  }

  /// An hour, or less where the service takes no more.
  private func instants(of form: WindowRule) -> String {
    let seconds = max(1, min(3600, (form.most?.milliseconds ?? 3_600_000) / 1000))
    let start = LocalTime(CivilDate(dayNumber: 16_801))
    let end = LocalTime(seconds: start.seconds + seconds)
    return "{every: PT\(seconds)S, from: \(start), to: \(end), zone: \(form.zone)}"
  }

  private func members(
    _ key: String, _ values: [String: String], of parameters: [ParameterTraits], option: String, indent: String
  ) -> [Line] {
    guard !values.isEmpty else { return [] }
    return [Line(text: "\(indent)\(key):")]
      + values.sorted { $0.key < $1.key }.map { name, text in
        let kind = parameters.first { $0.name == name }?.kind
        return Line(
          text: "\(indent)  \(Self.scalar(name)): \(Self.value(text, kind))", option: "\(option) \(name)=\(text)")
      }
  }

  /// A number or a flag as it stands, a list in brackets, anything else as a text.
  private static func value(_ text: String, _ kind: ParameterTraits.Kind?) -> String {
    switch kind {
    case .int where Int64(text) != nil: text
    case .flag where text == "true" || text == "false": text
    case .ints:
      "[" + text.split(separator: ",").map { Int64($0).map(String.init) ?? scalar(String($0)) }.joined(separator: ", ")
        + "]"
    default: scalar(text)
    }
  }

  private static func reference(_ reference: SecretReference) -> String {
    switch reference {
    case .environment(let name): "{env: \(scalar(name))}"
    case .file(let path): "{file: \(scalar(path))}"
    case .command(let words): "{command: [\(words.map(scalar).joined(separator: ", "))]}"
    }
  }

  /// As JSON writes it, which YAML reads the same.
  private static func scalar(_ text: String) -> String { JSONValue.string(text).canonicalText }
}
