// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Foundation

/// What proves who sends a request, made as ever and of no secret: a text that is shown as a mask stands for each.
enum MaskedProof {
  /// In Base64, because keys of signatures are.
  static let stand = Secret(Data("a secret that was not asked for".utf8).base64EncodedString())

  static func secrets(of traits: ServiceTraits) -> [String: Secret] {
    Dictionary(traits.secrets.map { ($0.name, stand) }) { first, _ in first }
  }

  /// - Parameters:
  ///   - hasCredential: the manifest gives the service's tokens.
  ///   - transport: where tokens are asked for.
  static func proof(
    of description: ServiceDescription, base: String, parameters: [String: JSONValue], hasCredential: Bool,
    transport: any HTTPTransport
  ) -> any RequestProof {
    let tokens = CredentialCatalog.tokens(for: hasCredential ? .bearer(stand) : .none, transport: transport)
    do {
      return try description.proof(
        base: base, parameters: parameters, secrets: secrets(of: description.traits),
        world: CredentialWorld(transport: transport)
      ) { _ in tokens }
    } catch {
      // A key of a form of its own, such as PEM: what it signs becomes a token.
      return BearerProof(token: stand)
    }
  }
}
