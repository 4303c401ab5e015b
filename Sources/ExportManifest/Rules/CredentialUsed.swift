// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A credential stands where the description takes one, and nowhere else.
struct CredentialUsed: ManifestRule {
  static let code = "M141"
  static let title = "a credential that is missing, or that nothing uses"
  static let isAdvice = true
  static let explanation =
    """
    Most descriptions take a bearer token, and the service's 'credential' says where it comes from. Others make what \
    proves who asks from 'secrets' of the service, or need nothing: a credential is never sent there.
    """
  static let fix = "Say how the service is signed in to; 'credential: none' where its requests need no proof."
  static let example = DiagnosticCode.Example(
    "services:\n  engagement: {use: azure-mobile-engagement, with: {subscription: s-1, resource_group: shop}}",
    fixed:
      "services:\n  engagement: {use: azure-mobile-engagement, with: {subscription: s-1, resource_group: shop}, credential: none}"
  )

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    for service in input.manifest.services {
      guard let traits = input.traits[service.name.value] else { continue }
      switch (traits.proof, service.credentialPlace) {
      case (.credential, nil):
        tell(
          &problems, "the service '\(service.name.value)' has no 'credential'", at: service.name.place,
          help: "write 'credential: none' if its requests need no proof", severity: .warning)
      case (.none, let place?) where service.credential != .none:
        tell(
          &problems, "nothing uses the credential of '\(service.name.value)'", at: place,
          help: "requests to \(traits.name) need no proof: take it out", severity: .warning)
      case (.secrets, let place?) where service.credential != .none:
        tell(
          &problems, "nothing uses the credential of '\(service.name.value)'", at: place,
          help: "\(traits.name) takes 'secrets' in its place", severity: .warning)
      default: break
      }
    }
  }
}
