// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// Takes secrets out of a service's own words.
struct Redaction {
  private let hidden: [String]

  init(_ secrets: some Sequence<Secret>) {
    hidden = Set(secrets.filter { !$0.isEmpty }.flatMap { Self.forms(of: $0.reveal()) })
      .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// Signatures of addresses are taken out as well, whoever made them.
  func callAsFunction(_ text: String) -> String {
    var text = text
    for secret in hidden { text = Secret.hide(secret, in: text) }
    return text.replacing(#/(?i)\b((?:x-amz-|x-goog-)?sig(?:nature)?(?:=|%3D))[^&\s"'<>,;]+/#) { "\($0.1)<secret>" }
  }

  /// As it is, as it stands in an address or in markup, and of an address also what is behind the question mark and the
  /// signature in it.
  private static func forms(of secret: String) -> [String] {
    var forms = [secret]
    if let sign = secret.firstIndex(of: "?"), secret.hasPrefix("http") {
      let query = secret[secret.index(after: sign)...]
      let signatures = query.matches(of: #/(?i)\b(?:x-amz-|x-goog-)?sig(?:nature)?=([^&#]+)/#).map(\.1)
      let parts = [query] + signatures.flatMap { [$0, PercentEncoding.decode($0).map { $0[...] } ?? $0] }
      forms += parts.filter { $0.utf8.count >= 8 }.map(String.init)
    }
    return forms.flatMap { form in
      [
        form, PercentEncoding.encode(form), PercentEncoding.encode(form).lowercased(),
        form.replacing("&", with: "&amp;"), form.replacing("/", with: "\\/"),
      ]
    }
  }
}
