// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Headers of notifications can be sent, and are not those that the connection makes.
struct NotificationHeaders: ManifestRule {
  static let code = "M145"
  static let title = "a header that cannot be sent"
  static let explanation =
    """
    A header of a notification has a name of letters, digits and '-', and a text of one line. Headers that belong to the \
    connection, such as Host and Content-Length, are made when it is sent.
    """
  static let fix = "Write another name, or take the header out."
  static let example = DiagnosticCode.Example(
    ExampleText.notify("headers: {Host: hooks.example}"), fixed: ExampleText.notify("headers: {X-Team: exports}"))

  private static let made: Set = [
    "connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
  ]

  static func isName(_ text: String) -> Bool { text.wholeMatch(of: #/[A-Za-z][A-Za-z0-9\-]{0,99}/#) != nil }

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for notification in input.manifest.notifications {
      for (name, header) in notification.headers.sorted(by: { $0.key < $1.key }) {
        let place = header.key ?? header.place
        if !Self.isName(name) {
          // It may be the whole header, with what it proves.
          tell(&problems, "a key of 'headers' is no name of a header", at: place, help: "use letters, digits and '-'")
        } else if Self.made.contains(name.lowercased()) {
          tell(&problems, "the header '\(name)' is made when it is sent", at: place, help: "take it out")
        } else if !SecretText.isOneLine(header.value.text) {
          tell(&problems, "the header '\(name)' has a text of more than one line", at: place)
        }
      }
    }
  }
}

extension SecretText {
  /// It can stand in a header: without line ends and other controls.
  public static func isOneLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}
