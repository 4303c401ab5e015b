// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LocalCloud

/// Tokens that the cloud itself has signed, and that do not do (contract.md 3 and 4).
@Suite struct ContractStrictTests {
  @Test func `3.2 a token that has expired, is not good yet or is of another tenant is refused as such`() async throws {
    let folder = CloudFolder()
    let url = folder.url
    try await CloudBench.with(url) {
      $0.strict = true
    } _: { bench in
      let signer = try TokenSigner(CloudStore(directory: url))
      let now = CloudTime.now / 1000
      let good = TokenClaims(
        aud: "https://management.azure.com", iss: "i", tid: bench.endpoints.tenant, oid: "o", sub: "o", ver: "1.0",
        appid: "c", iat: now - 60, nbf: now - 60, exp: now + 600)
      var (late, early, other) = (good, good, good)
      late.exp = now - 1
      early.nbf = now + 300
      other.tid = "other.example"
      let outcomes: [(TokenClaims, CloudBench.Outcome)] = [
        (good, .init(200, nil)), (late, .init(401, "ExpiredAuthenticationToken")),
        (early, .init(401, "InvalidAuthenticationToken")), (other, .init(401, "InvalidAuthenticationTokenTenant")),
      ]
      for (claims, expected) in outcomes {
        let answer = try await bench.send(
          "GET", "\(CloudBench.tasks)?api-version=2014-12-01",
          headers: [("Authorization", "Bearer \(try signer.token(claims))")])
        #expect(CloudBench.Outcome(answer) == expected)
      }
    }
  }
}
