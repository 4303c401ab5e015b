// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

/// What a notification says of a run, as it is sent. Pure; the same report gives the same bytes.
public struct RunMessage: Sendable, Equatable {
  public var contentType: String
  public var body: [UInt8]

  /// - Parameter file: where the report for people is.
  public init(of report: RunReport, as notification: PlannedNotification, file: String) {
    let template = notification.template
    func filled(_ usual: MessageTemplate, lines: Bool, _ escape: (String) -> String) -> String {
      (template ?? usual).filled(leavingOutEmptyLines: lines) { escape(report.text($0, file: file)) }
    }
    switch notification.format {
    case .slack:
      let text = filled(.slack, lines: true, Self.mrkdwn)
      (contentType, body) = ("application/json", JSONValue.object(["text": .string(text)]).canonicalBytes)
    case .json:
      (contentType, body) = ("application/json", Array(filled(.json, lines: false, Self.inJSON).utf8))
    case .text:
      (contentType, body) = ("text/plain; charset=utf-8", Array(filled(.text, lines: true) { $0 }.utf8))
    }
  }

  /// Slack takes these three for its own; what is left of `<!channel>` calls nobody.
  private static func mrkdwn(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// As it stands between quotes.
  private static func inJSON(_ text: String) -> String {
    String(JSONValue.string(text).canonicalText.dropFirst().dropLast())
  }
}

extension MessageTemplate {
  /// What a notification says that has no template.
  static let text = usual("{name}: {verdict}\n{failures}\ngo on with: {resume}\nreport: {report}")
  static let slack = usual("*{name}*: {verdict}\n{failures}\ngo on with: `{resume}`\nreport: `{report}`")
  static let json = usual(
    #"{"name":"{name}","run":"{run}","outcome":"{outcome}","verdict":"{verdict}","started":"{started}","#
      + #""ended":"{ended}","due":{due},"verified":{verified},"failed":{failed},"abandoned":{abandoned},"#
      + #""skipped":{skipped},"unfinished":{unfinished},"rows":{rows},"bytes":{bytes},"files":{files},"#
      + #""failures":"{failures}","resume":"{resume}","report":"{report}"}"#)

  private static func usual(_ text: String) -> MessageTemplate {
    do { return try MessageTemplate(text) } catch { preconditionFailure("no such word: \(error.name)") }
  }
}
