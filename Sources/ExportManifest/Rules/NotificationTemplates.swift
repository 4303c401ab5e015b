// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Templates of notifications can be filled, and are what their format says.
struct NotificationTemplates: ManifestRule {
  static let code = "M142"
  static let title = "a template that cannot be filled"
  static let explanation =
    """
    'template' of a notification is a text with words in braces, such as {verdict}, that the report of the run completes. \
    A word is unknown; or the format is json, and what comes of the template is not: texts stand in quotes there, numbers \
    may stand alone.
    """
  static let fix = "Write one of the words that are listed; with 'format: json' put texts in quotes."
  static let example = DiagnosticCode.Example(
    ExampleText.notify("template: \"{verdikt}\""), fixed: ExampleText.notify("template: \"{verdict}\""))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for notification in input.manifest.notifications {
      guard let template = notification.template else { continue }
      do throws(MessageTemplate.UnknownHole) {
        let filled = try MessageTemplate(template.value).filled { $0.isNumber ? "0" : "text" }
        guard notification.format == .json, (try? JSONValue(parsing: Array(filled.utf8))) == nil else { continue }
        tell(
          &problems, "the template of '\(notification.name.value)' makes no JSON", at: template.place,
          help: "write one such as {\"text\": \"{verdict}\", \"failed\": {failed}}")
      } catch {
        let words = MessageTemplate.Hole.allCases.map(\.rawValue)
        let near = Suggestion.nearest(to: error.name, in: words).map { "did you mean '{\($0)}'?" }
        tell(
          &problems, "unknown word '{\(error.name)}' in a template", at: template.place,
          help: near ?? "expected one of \(words.joined(separator: ", "))")
      }
    }
  }
}
