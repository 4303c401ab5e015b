// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct SecretTests {
  @Test(arguments: [
    ("canary", "a canary sang", "a <secret> sang"), ("canary", "canarycanary", "<secret><secret>"),
    ("canary", "xcanaryx", "x<secret>x"), ("canary", "no bird", "no bird"), ("canary", "", ""),
    // A letter that happens to be a secret takes no words apart.
    ("x", "exports.invalid", "exports.invalid"), ("x", "key 'x' is wrong: x", "key '<secret>' is wrong: <secret>"),
    ("abc", "abcd abc ab-abc", "abcd <secret> ab-<secret>"), ("xx", "xxx", "xxx"), ("é", "été é", "été <secret>"),
    ("", "text", "text"),
  ])
  func `a secret is hidden wherever it stands, and a short one where it stands alone`(
    secret: String, text: String, told: String
  ) {
    #expect(Secret.hide(secret, in: text) == told)
  }
}
