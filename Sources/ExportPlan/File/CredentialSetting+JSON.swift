// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// How credentials stand in plans: kinds and names, never a secret.
extension CredentialSetting {
  var json: JSONValue {
    switch self {
    case .none: ["none": true]
    case .bearer(let secret): ["bearer": ["secret": .string(secret)]]
    case .azureClient(let client):
      [
        "azure_client": Self.texts([
          "tenant": client.tenant, "client": client.client, "secret": client.secret, "authority": client.authority,
          "endpoint": client.endpoint.rawValue,
        ])
      ]
    case .azureAssertion(let assertion):
      [
        "azure_assertion": Self.texts([
          "tenant": assertion.tenant, "client": assertion.client, "token_file": assertion.tokenFile,
          "authority": assertion.authority,
        ])
      ]
    case .managedIdentity(let identity):
      switch identity {
      case nil: ["managed_identity": [:]]
      case .client(let id): ["managed_identity": ["client_id": .string(id)]]
      case .resource(let id): ["managed_identity": ["resource_id": .string(id)]]
      case .object(let id): ["managed_identity": ["object_id": .string(id)]]
      }
    case .azureCLI(let cli): ["azure_cli": Self.texts(["tenant": cli.tenant, "subscription": cli.subscription])]
    case .azureDefault: ["azure_default": true]
    case .command(let words): ["command": .array(words.map { .string($0) })]
    }
  }

  private static func texts(_ members: [String: String?]) -> JSONValue {
    .object(members.compactMapValues { $0.map { .string($0) } })
  }

  init?(_ json: JSONValue) {
    guard let (kind, value) = json.object?.first, json.object?.count == 1,
      let setting = Self.setting(kind, value)
    else { return nil }
    self = setting
  }

  private static func setting(_ kind: String, _ value: JSONValue) -> CredentialSetting? {
    switch kind {
    case "none": return value == true ? CredentialSetting.none : nil
    case "azure_default": return value == true ? .azureDefault : nil
    case "bearer": return value["secret"]?.string.map { .bearer(secret: $0) }
    case "azure_client": return AzureClientSetting(value).map { .azureClient($0) }
    case "azure_assertion":
      return members(value, ["tenant", "client", "token_file", "authority"]).map {
        .azureAssertion(
          AzureAssertionSetting(
            tenant: $0["tenant"], client: $0["client"], tokenFile: $0["token_file"], authority: $0["authority"]))
      }
    case "managed_identity":
      guard let members = members(value, ["client_id", "resource_id", "object_id"]), members.count <= 1 else {
        return nil
      }
      let identity: ManagedIdentitySetting? =
        members["client_id"].map { .client($0) } ?? members["resource_id"].map { .resource($0) }
        ?? members["object_id"].map { .object($0) }
      return .managedIdentity(identity)
    case "azure_cli":
      return members(value, ["tenant", "subscription"]).map {
        .azureCLI(AzureCLISetting(tenant: $0["tenant"], subscription: $0["subscription"]))
      }
    case "command":
      let words = value.array?.compactMap(\.string) ?? []
      return words.isEmpty || words.count != value.array?.count ? nil : .command(words)
    default: return nil
    }
  }

  /// Texts by name; `nil` when there is anything else.
  private static func members(_ value: JSONValue, _ known: [String]) -> [String: String]? {
    guard let members = value.object, members.allSatisfy({ known.contains($0.key) && $0.value.string != nil }) else {
      return nil
    }
    return members.compactMapValues(\.string)
  }
}

extension AzureClientSetting {
  fileprivate init?(_ json: JSONValue) {
    guard let tenant = json["tenant"]?.string, let client = json["client"]?.string, let secret = json["secret"]?.string,
      let endpoint = (json["endpoint"]?.string).flatMap(Endpoint.init)
    else { return nil }
    self.init(
      tenant: tenant, client: client, secret: secret, authority: json["authority"]?.string, endpoint: endpoint)
  }
}
