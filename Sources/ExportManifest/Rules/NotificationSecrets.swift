// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What opens a channel to whoever knows it is not written down.
struct NotificationSecrets: ManifestRule {
  static let code = "M144"
  static let title = "a secret of a notification that is written down"
  static let explanation =
    """
    Whoever knows the address of an incoming webhook of Slack, Teams, Discord or a logic app can write there, and a header \
    such as Authorization proves who writes. Both are taken by reference, and the line is not shown.
    """
  static let fix = "Write \"${secret.NAME}\", and say under 'secrets' where it is. If it was committed, replace it."
  static let example = DiagnosticCode.Example(
    ExampleText.notify("headers: {Authorization: not-a-reference}"),
    fixed: ExampleText.notify("headers: {Authorization: \"Bearer ${secret.token}\"}"))

  private static let hosts = [
    "hooks.slack.com", "discord.com", "discordapp.com", "webhook.office.com", "logic.azure.com",
    "environment.api.powerplatform.com",
  ]

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for notification in input.manifest.notifications {
      let url = notification.url
      if url.value.names.isEmpty, Self.isChat(url.value.text) {
        tellHidden(&problems, "the address of '\(notification.name.value)' is a secret", at: url.place)
      }
      for (name, header) in notification.headers.sorted(by: { $0.key < $1.key })
      where header.value.names.isEmpty && Self.proves(name.lowercased()) {
        let noun = NotificationHeaders.isName(name) ? "the header '\(name)'" : "a header"
        tellHidden(&problems, "\(noun) holds what must be a reference", at: header.place)
      }
    }
  }

  private static func isChat(_ url: String) -> Bool {
    let host = url.dropFirst("https://".count).prefix { !"/:?".contains($0) }.lowercased()
    return hosts.contains { host == $0 || host.hasSuffix("." + $0) }
  }

  private static func proves(_ name: String) -> Bool {
    ["authorization", "cookie", "token", "secret", "key", "password", "signature"].contains { name.contains($0) }
  }

  private func tellHidden(_ problems: inout DiagnosticList, _ message: String, at place: SourcePlace) {
    problems.add(
      Diagnostic(code: Self.code, message, at: place, help: "write \"${secret.NAME}\"", hidesLine: true))
  }
}
