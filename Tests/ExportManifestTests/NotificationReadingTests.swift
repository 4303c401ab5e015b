// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// `notify:` as it is read.
@Suite struct NotificationReadingTests {
  private static func check(_ lines: String) -> (manifest: Manifest?, text: String) {
    ManifestTests.check(ManifestTests.good + "\nnotify:\n  team: {\(lines)}\n")
  }

  @Test func `what is not said is as it usually is`() throws {
    let (manifest, text) = Self.check("url: https://hooks.example/exports")
    let notification = try #require(manifest?.notifications.first)

    #expect(text == "")
    #expect(notification.url.value.text == "https://hooks.example/exports")
    #expect(notification.occasion == .failure && notification.format == .slack)
    #expect(notification.template == nil && notification.headers.isEmpty && notification.timeout == nil)
  }

  private static let addresses = [
    "\"${secret.key}\"", "\"https://hooks.example/${secret.key}\"", "\"https://${secret.key}/a\"",
    "http://127.0.0.1:8080/a", "http://localhost/a", "\"https://hooks.example/?a=1&sig=${secret.key}\"",
  ]

  @Test(arguments: addresses) func `an address is a URL with secrets in it, or a secret`(address: String) {
    #expect(Self.check("url: \(address)").text == "")
  }

  private static let wrong = [
    ("https://hunter2@hooks.example/", "'url' holds a user or a password"),
    ("https://hooks.example/?sig=hunter2", "'url' has a query without a secret in it"),
    ("\"https://hooks.example/#hunter2\"", "'url' has a fragment"),
    ("http://hooks.example/hunter2", "'url' must be https"), ("hooks.example/hunter2", "'url' is no URL"),
    ("[https://hooks.example/hunter2]", "'url' must be a text, not a list"),
  ]

  @Test(arguments: wrong) func `an address that cannot be used is told and not shown`(address: String, message: String)
  {
    let text = Self.check("url: \(address)").text

    #expect(text.contains(message), "\(text)")
    if !address.hasPrefix("[") { #expect(!text.contains("hunter2"), "\(text)") }
  }

  @Test func `a secret may stand in a header and not in a template`() {
    let header = Self.check("url: https://hooks.example, headers: {Authorization: \"Bearer ${secret.key}\"}")
    let template = Self.check("url: https://hooks.example, template: \"{name} ${secret.key}\"")

    #expect(header.text == "")
    #expect(header.manifest?.notifications.first?.headers["Authorization"]?.value.names == ["key"])
    #expect(template.text.contains("a secret cannot stand here"))
  }

  @Test func `a text is completed by its secrets, and shows none`() {
    let text = SecretText("a ${secret.one}/${secret.two}!")

    let whole = text.filled { Secret($0 == "one" ? "1" : "${secret.two}") }

    #expect(whole.reveal() == "a 1/${secret.two}!")
    #expect("\(whole)" == "<secret>" && text.shown == "a …/…!" && !text.isLone)
    #expect(text.names == ["one", "two"])
  }
}
