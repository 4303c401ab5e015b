// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// `auth:` How requests prove who sends them. Every value is a template over the service's parameters and secrets.
package enum AuthRule: Sendable {
  /// The list is closed.
  package enum Kind: String, Sendable, CaseIterable {
    case none, credential, bearer, basic
    case keyHeader = "key-header"
    case keyQuery = "key-query"
    case oauthClient = "oauth2-client"
    case oauthAssertion = "oauth2-jwt"
    case signedToken = "jwt-es256"
    case azureSAS = "azure-sas-token"
    case awsSignature = "aws-sigv4"
  }

  case none
  /// The manifest's `credential:` gives a token for this audience.
  case credential(TokenAudience)
  case bearer(token: Template)
  case basic(user: Template, password: Template)
  case keyHeader(name: String, value: Template)
  case keyQuery(name: String, value: Template)
  case oauthClient(OAuthClientRule)
  case oauthAssertion(OAuthAssertionRule)
  case signedToken(SignedTokenRule)
  case azureSAS(AzureSASRule)
  case awsSignature(AWSSignatureRule)

  /// What a manifest must give for it.
  var proof: ProofTraits {
    switch self {
    case .none: .none
    case .credential: .credential
    default: .secrets
    }
  }
}

package struct OAuthClientRule: Sendable {
  /// Whole, or behind the base from its first slash.
  package var url: Template
  package var id: Template
  package var secret: Template
  package var scope: Template?
  package var audience: Template?
  package var style: OAuthClientGrant.Style
}

package struct OAuthAssertionRule: Sendable {
  /// As above.
  package var url: Template
  package var key: Template
  package var issuer: Template
  package var subject: Template?
  package var audience: Template
  package var scope: Template?
  package var life: Duration
}

package struct SignedTokenRule: Sendable {
  package var key: Template
  package var keyID: Template
  package var issuer: Template
  package var audience: Template
  package var life: Duration
}

package struct AzureSASRule: Sendable {
  package var key: Template
  package var form: AzureSASProof.KeyForm
  package var resource: Template
  package var policy: Template
  package var life: Duration
  package var isLower: Bool
}

package struct AWSSignatureRule: Sendable {
  package var service: Template
  package var region: Template
  package var id: Template
  package var secret: Template
  package var session: Template?
}
