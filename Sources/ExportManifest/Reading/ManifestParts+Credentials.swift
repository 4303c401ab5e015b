// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `credential:` and `secrets:` of a service.
extension ManifestParts {
  mutating func credential(_ node: YAMLNode) -> CredentialSetting {
    // A kind that needs nothing more may stand alone.
    switch node.text {
    case "none": return .none
    case "azure_assertion": return .azureAssertion(AzureAssertionSetting())
    case "azure_cli": return .azureCLI(AzureCLISetting())
    case "azure_default": return .azureDefault
    case "managed_identity": return .managedIdentity(nil)
    default: break
    }
    guard var reader = MappingReader(node, "the credential", code: "M001", &problems) else { return .none }
    let given = CredentialSetting.kinds.filter { $0 != "none" }.compactMap { kind in
      reader.optional(kind).map { (kind: kind, node: $0) }
    }
    reader.finish(later: ManifestReader.later, &problems)
    guard given.count == 1, let (kind, value) = given.first else {
      // A kind that is misspelt was told as that.
      if given.isEmpty, !reader.members.isEmpty { return .none }
      add(
        "M011", "the credential needs exactly one kind", at: node.place,
        help: "expected one of \(CredentialSetting.kinds.joined(separator: ", "))")
      return .none
    }
    return credential(kind, value) ?? .none
  }

  private mutating func credential(_ kind: String, _ node: YAMLNode) -> CredentialSetting? {
    switch kind {
    case "bearer": return secretName(node, "'bearer'").map { .bearer(secret: $0) }
    case "azure_client": return azureClient(node).map { .azureClient($0) }
    case "azure_assertion": return azureAssertion(node).map { .azureAssertion($0) }
    case "managed_identity": return managedIdentity(node)
    case "azure_cli": return azureCLI(node).map { .azureCLI($0) }
    case "azure_default":
      let reader = MappingReader(node, "'azure_default'", code: "M001", &problems)
      reader?.finish(&problems)
      return .azureDefault
    default:
      let words = words(node, "'command'").map(\.value)
      return words.isEmpty ? nil : .command(words)
    }
  }

  private mutating func azureClient(_ node: YAMLNode) -> AzureClientSetting? {
    guard var reader = MappingReader(node, "'azure_client'", code: "M001", &problems) else { return nil }
    let tenant = reader.required("tenant", &problems).flatMap { text($0, "'tenant'") }
    let client = reader.required("client", &problems).flatMap { text($0, "'client'") }
    let secret = reader.required("secret", &problems).flatMap { secretName($0, "'secret'") }
    let authority = reader.optional("authority").flatMap { url($0, "'authority'") }
    let endpoint = reader.optional("endpoint").flatMap { choice($0, "endpoint", AzureClientSetting.Endpoint.self) }
    reader.finish(later: ManifestReader.later, &problems)
    guard let tenant, let client, let secret else { return nil }
    return AzureClientSetting(
      tenant: tenant, client: client, secret: secret, authority: authority?.value, endpoint: endpoint ?? .v1)
  }

  private mutating func azureAssertion(_ node: YAMLNode) -> AzureAssertionSetting? {
    guard var reader = MappingReader(node, "'azure_assertion'", code: "M001", &problems) else { return nil }
    let setting = AzureAssertionSetting(
      tenant: reader.optional("tenant").flatMap { text($0, "'tenant'") },
      client: reader.optional("client").flatMap { text($0, "'client'") },
      tokenFile: reader.optional("token_file").flatMap { text($0, "'token_file'") },
      authority: reader.optional("authority").flatMap { url($0, "'authority'") }?.value)
    reader.finish(later: ManifestReader.later, &problems)
    return setting
  }

  private mutating func managedIdentity(_ node: YAMLNode) -> CredentialSetting? {
    guard var reader = MappingReader(node, "'managed_identity'", code: "M001", &problems) else { return nil }
    let given = ["client_id", "resource_id", "object_id"].compactMap { name in
      reader.optional(name).map { (name: name, node: $0) }
    }
    reader.finish(later: ManifestReader.later, &problems)
    guard let (name, value) = given.first else { return .managedIdentity(nil) }
    guard given.count == 1 else {
      add(
        "M011", "'managed_identity' takes only one of 'client_id', 'resource_id' and 'object_id'", at: node.place,
        help: "they are three ways to say which identity is meant")
      return nil
    }
    return text(value, "'\(name)'").map { id in
      .managedIdentity(name == "client_id" ? .client(id) : name == "resource_id" ? .resource(id) : .object(id))
    }
  }

  private mutating func azureCLI(_ node: YAMLNode) -> AzureCLISetting? {
    guard var reader = MappingReader(node, "'azure_cli'", code: "M001", &problems) else { return nil }
    let setting = AzureCLISetting(
      tenant: reader.optional("tenant").flatMap { text($0, "'tenant'") },
      subscription: reader.optional("subscription").flatMap { text($0, "'subscription'") })
    reader.finish(later: ManifestReader.later, &problems)
    return setting
  }

  /// Names of the description's secrets to references, and whether none of them is missing because it could not be read.
  mutating func serviceSecrets(_ reader: inout MappingReader) -> (names: [String: Located<String>], areRead: Bool) {
    guard let node = reader.optional("secrets") else { return ([:], !reader.misspells("secrets")) }
    guard let secrets = MappingReader(node, "'secrets'", code: "M001", &problems) else { return ([:], false) }
    var names: [String: Located<String>] = [:]
    var areRead = true
    for pair in secrets.members {
      let name = pair.key.text ?? ""
      if let secret = secretName(pair.value, "'\(name)'") {
        names[name] = Located(secret, at: pair.value.place, key: pair.key.place)
      } else {
        areRead = false
      }
    }
    return (names, areRead)
  }
}
