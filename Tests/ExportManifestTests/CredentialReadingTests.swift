// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// `credential:` and `secrets:` of a service.
@Suite struct CredentialReadingTests {
  private static func text(_ lines: String) -> String {
    ManifestTests.good.replacing("    credential: {bearer: \"${secret.token}\"}\n", with: lines)
  }

  private static func service(
    _ lines: String, _ change: (inout ServiceTraits) -> Void = { _ in }
  ) -> (setting: ServiceSetting?, problems: String) {
    var traits = ManifestTests.traits
    change(&traits)
    var (manifest, problems) = ManifestReader.read(
      SourceFile(name: "m.yaml", text: text(lines)), variables: VariableValues(), environment: ["HOME_FOLDER": "/data"])
    if let manifest { problems.add(contentsOf: ManifestRules.check(manifest, traits: ["engagement": traits])) }
    return (manifest?.services.first, problems.isEmpty ? "" : problems.text())
  }

  @Test(arguments: [
    ("none", CredentialSetting.none), ("{bearer: \"${secret.token}\"}", .bearer(secret: "token")),
    ("managed_identity", .managedIdentity(nil)), ("{managed_identity: {}}", .managedIdentity(nil)),
    ("{managed_identity: {client_id: c}}", .managedIdentity(.client("c"))),
    ("{managed_identity: {resource_id: /r}}", .managedIdentity(.resource("/r"))),
    ("{managed_identity: {object_id: o}}", .managedIdentity(.object("o"))),
    ("azure_cli", .azureCLI(AzureCLISetting())),
    ("{azure_cli: {tenant: t, subscription: s}}", .azureCLI(AzureCLISetting(tenant: "t", subscription: "s"))),
    ("azure_default", .azureDefault), ("{azure_default: {}}", .azureDefault),
    ("azure_assertion", .azureAssertion(AzureAssertionSetting())),
    (
      "{azure_assertion: {tenant: t, client: c, token_file: f, authority: https://login.example/}}",
      .azureAssertion(
        AzureAssertionSetting(tenant: "t", client: "c", tokenFile: "f", authority: "https://login.example"))
    ),
    ("{command: [get-token, -q]}", .command(["get-token", "-q"])), ("{command: get-token}", .command(["get-token"])),
  ])
  func `every kind of credential is read`(text: String, expected: CredentialSetting) {
    let (setting, problems) = Self.service("    credential: \(text)\n")

    #expect(setting?.credential == expected)
    #expect(setting?.credentialPlace != nil)
    // A manifest without a use of its secret is warned of that, and of nothing else.
    #expect(!problems.contains("error:"), "\(problems)")
  }

  @Test(arguments: [
    ("{}", "the credential needs exactly one kind [M011]"),
    ("{bearer: \"${secret.token}\", azure_cli: {}}", "the credential needs exactly one kind [M011]"),
    (
      "{managed_identity: {client_id: c, object_id: o}}",
      "'managed_identity' takes only one of 'client_id', 'resource_id' and 'object_id' [M011]"
    ),
    ("{managed_identty: {}}", "unknown key 'managed_identty' in the credential [M001]"),
    ("{managed_identity: {client: c}}", "unknown key 'client' in 'managed_identity' [M001]"),
    ("{azure_default: {tenant: t}}", "unknown key 'tenant' in 'azure_default' [M001]"),
    (
      "{azure_assertion: {authority: http://login.example}}", "'authority' must be https: 'http://login.example' [M010]"
    ),
    ("{azure_cli: {tenant: [t]}}", "'tenant' must be a text, not a list [M004]"),
    ("{command: []}", "'command' is empty [M004]"), ("managed", "the credential must be a mapping, not a value [M001]"),
  ])
  func `what is wrong with a credential is told`(text: String, expected: String) {
    let (_, problems) = Self.service("    credential: \(text)\n")

    #expect(problems.contains("error: \(expected)"), "\(problems)")
  }

  // MARK: Secrets

  private static func asking(_ traits: inout ServiceTraits) {
    traits.proof = .secrets
    traits.secrets = [SecretTraits("client_id", about: "the app's id"), SecretTraits("session", isRequired: false)]
  }

  @Test func `secrets of a service stand by the description's names`() {
    let (setting, problems) = Self.service(
      "    secrets: {client_id: \"${secret.token}\", session: \"${secret.key}\"}\n", Self.asking)

    #expect(setting?.secrets.mapValues(\.value) == ["client_id": "token", "session": "key"])
    #expect(problems == "")
  }

  @Test(arguments: [
    (
      "    secrets: {clint_id: \"${secret.token}\"}\n",
      """
      m.yaml:11:15: error: unknown secret 'clint_id' of the service 'engagement' [M140]
        11 |     secrets: {clint_id: "${secret.token}"}
           |               ^~~~~~~~ did you mean 'client_id'?
      1 error
      """
    ),
    (
      "    secrets: {session: \"${secret.token}\"}\n",
      """
      m.yaml:8:3: error: the service 'engagement' needs 'client_id' in 'secrets' [M140]
        8 |   engagement:
          |   ^~~~~~~~~~ write secrets: {client_id: "${secret.NAME}"} (the app's id)
      1 error
      """
    ),
    (
      "    secrets: {client_id: \"${secret.tokn}\"}\n",
      """
      m.yaml:11:26: error: unknown secret 'tokn' [M112]
        11 |     secrets: {client_id: "${secret.tokn}"}
           |                          ^~~~~~~~~~~~~~~~ did you mean 'token'?
      1 error
      """
    ),
  ])
  func `secrets that do not fit are told`(lines: String, expected: String) {
    #expect(Self.service(lines, Self.asking).problems == expected)
  }

  @Test func `a secret that is written down is not shown`() {
    let (_, problems) = Self.service("    secrets: {client_id: hunter2}\n", Self.asking)

    #expect(problems.contains("'client_id' must be a reference, never the secret itself [M008]"), "\(problems)")
    #expect(!problems.contains("hunter2"))
  }

  // MARK: What nothing uses

  private static func warning(_ lines: String, _ change: (inout ServiceTraits) -> Void = { _ in }) -> [Substring] {
    service(lines, change).problems.split(separator: "\n").filter { $0.contains("[M141]") }
  }

  @Test func `a credential that is missing, or that nothing uses, is warned of`() {
    let missing = Self.warning("")
    let said = Self.warning("    credential: none\n")
    let beside = Self.warning(
      "    credential: azure_cli\n    secrets: {client_id: \"${secret.token}\"}\n", Self.asking)
    let needless = Self.warning("    credential: azure_cli\n") { $0.proof = .none }

    #expect(missing == ["m.yaml:8:3: warning: the service 'engagement' has no 'credential' [M141]"])
    #expect(said.isEmpty)
    #expect(beside == ["m.yaml:11:17: warning: nothing uses the credential of 'engagement' [M141]"])
    #expect(needless == ["m.yaml:11:17: warning: nothing uses the credential of 'engagement' [M141]"])
  }
}
