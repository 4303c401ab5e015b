// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `notify:`.
extension ManifestParts {
  mutating func notification(_ name: Located<String>, _ node: YAMLNode) -> NotificationSetting? {
    guard var reader = MappingReader(node, "the notification '\(name.value)'", code: "M001", &problems) else {
      return nil
    }
    let url = reader.required("url", &problems).flatMap { webhook($0) }
    let occasion = reader.optional("on").flatMap { choice($0, "occasion", NotificationSetting.Occasion.self) }
    let format = reader.optional("format").flatMap { choice($0, "format", NotificationSetting.Format.self) }
    let template = reader.optional("template").flatMap { located($0, "'template'") }
    let headers = reader.optional("headers").map { self.headers($0) } ?? [:]
    let timeout = reader.optional("timeout").flatMap { node in
      duration(node, "'timeout'").map { Located($0, at: node.place) }
    }
    reader.finish(later: ManifestReader.later, &problems)
    guard let url else { return nil }
    var setting = NotificationSetting(name: name, url: url)
    (setting.occasion, setting.format) = (occasion ?? .failure, format ?? .slack)
    (setting.template, setting.headers, setting.timeout) = (template, headers, timeout)
    return setting
  }

  private mutating func headers(_ node: YAMLNode) -> [String: Located<SecretText>] {
    guard let reader = MappingReader(node, "'headers'", code: "M001", &problems) else { return [:] }
    var headers: [String: Located<SecretText>] = [:]
    for pair in reader.members {
      let name = pair.key.text ?? ""
      guard let text = secretText(pair.value, NotificationHeaders.isName(name) ? "'\(name)'" : "a header") else {
        continue
      }
      headers[name] = Located(text, at: pair.value.place, key: pair.key.place)
    }
    return headers
  }

  /// A text in which secrets may stand.
  private mutating func secretText(_ node: YAMLNode, _ noun: String) -> SecretText? {
    guard let text = node.text, !text.isEmpty else {
      // There is no secret in it: it is told what is wrong.
      _ = self.text(node, noun)
      return nil
    }
    var parts = ScalarParts(of: text, at: node.place)
    for match in text.matches(of: SecretText.reference) {
      secretUses.append(Located(String(match.1), at: parts.part(match.range)))
    }
    return SecretText(text)
  }

  /// An address that secrets complete, or a secret that is one. It may be one even where it is written down, so it is
  /// never repeated.
  private mutating func webhook(_ node: YAMLNode) -> Located<SecretText>? {
    guard let text = secretText(node, "'url'") else { return nil }
    if text.isLone { return Located(text, at: node.place) }
    let parts = text.text.wholeMatch(
      of:
        #/(?:https:\/\/[^\/?#@\s]+|http:\/\/(?:127\.0\.0\.1|localhost)(?::[^\/?#@\s]*)?)(?:\/[^?#@\s]*)?(\?[^#@\s]*)?/#)
    if let parts, parts.1.map({ !SecretText(String($0)).names.isEmpty }) ?? true {
      return Located(text, at: node.place)
    }
    let (message, help) =
      if text.text.contains("@") {
        ("'url' holds a user or a password", "leave out what stands before '@'; a header can hold a secret")
      } else if parts != nil {
        ("'url' has a query without a secret in it", "a query often is one: write \"${secret.NAME}\" for it")
      } else if text.text.contains("#") {
        ("'url' has a fragment", "leave out what follows '#'")
      } else if text.text.hasPrefix("http://") {
        ("'url' must be https", "plain http is for 127.0.0.1 only")
      } else {
        ("'url' is no URL", "write https://HOST/PATH, or \"${secret.NAME}\" when the whole is a secret")
      }
    add("M010", message, at: node.place, help: help, hidesLine: true)
    return nil
  }
}
