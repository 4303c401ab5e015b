// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// Tokens (contract.md, section 4).
@Suite struct ContractTokenTests {
  private static let management = "https://management.azure.com/"

  @Test func `4.1 version 1 takes a resource, and all its numbers are texts`() async throws {
    try await CloudBench.run {
      $0.strict = true
    } _: { bench in
      for resource in ["https://management.core.windows.net/", Self.management] {
        let answer = try await bench.token(bench.client + [("resource", resource)], v2: false)
        let json = answer.json
        #expect(answer.status == 200 && json["token_type"] as? String == "Bearer")
        #expect(json["expires_in"] as? String == "3599" && json["resource"] as? String == resource)
        let (from, to) = (json["not_before"] as? String ?? "", json["expires_on"] as? String ?? "")
        #expect((Int(to) ?? 0) - (Int(from) ?? 0) == 3599)
        let listed = try await bench.send(
          "GET", "\(CloudBench.tasks)?api-version=2014-12-01",
          headers: [("Authorization", "Bearer \(json["access_token"] as? String ?? "")")])
        #expect(listed.status == 200)
      }
    }
  }

  @Test func `4.1 a tenant has any case, and a form an end`() async throws {
    try await CloudBench.run { bench in
      let form = bench.client + [("resource", Self.management)]
      let upper = try await bench.token(form, v2: false, tenant: bench.endpoints.tenant.uppercased())
      let found = try await bench.send(
        "GET", "/\(bench.endpoints.tenant.uppercased())/.well-known/openid-configuration")
      let large = try await bench.token(form + [("more", String(repeating: "x", count: 70_000))], v2: false)
      #expect(upper.status == 200 && found.status == 200)
      #expect(large.status == 413 && large.json["error"] as? String == "invalid_request")
    }
  }

  @Test func `4.2 version 2 is found by discovery, takes a scope, and its numbers are numbers`() async throws {
    try await CloudBench.run { bench in
      let ends = bench.endpoints
      let found = try await bench.send("GET", "/\(ends.tenant)/v2.0/.well-known/openid-configuration")
      #expect(found.json["token_endpoint"] as? String == "\(ends.authorityURL)/\(ends.tenant)/oauth2/v2.0/token")
      #expect(found.json["authorization_endpoint"] is String && found.json["issuer"] is String)
      let instance = try await bench.send(
        "GET", "/common/discovery/instance?api-version=1.1&authorization_endpoint=x")
      #expect(instance.status == 200 && instance.json["tenant_discovery_endpoint"] is String)

      for scope in [Self.management + ".default", "https://management.core.windows.net//.default"] {
        let answer = try await bench.token(bench.client + [("scope", scope), ("client_info", "1")], v2: true)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["expires_in"] as? Int == 3599 && answer.json["ext_expires_in"] as? Int == 3599)
        #expect(answer.json["resource"] == nil && answer.json["token_type"] as? String == "Bearer")
      }
    }
  }

  /// What is changed of a form that is good, the status, the error and its number.
  private static let wrong: [(String, String?, UInt, String, Int)] = [
    ("client_secret", "wrong", 401, "invalid_client", 7_000_215),
    ("client_secret", nil, 400, "invalid_request", 900_144), ("client_id", nil, 400, "invalid_request", 900_144),
    ("client_id", "other", 400, "unauthorized_client", 700_016),
    ("grant_type", "password", 400, "unsupported_grant_type", 70_003),
    ("scope", "https://management.azure.com", 400, "invalid_scope", 70_011),
    ("scope", "nothing/.default", 400, "invalid_resource", 500_011), ("scope", nil, 400, "invalid_request", 900_144),
    ("tenant", "other.example", 400, "invalid_request", 90_002),
  ]

  @Test func `4.2 a request for a token that is wrong is refused with its number`() async throws {
    try await CloudBench.run { bench in
      for (name, value, status, error, number) in Self.wrong {
        let good = bench.client + [("scope", Self.management + ".default")]
        let form = good.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
        let answer = try await bench.token(form, v2: true, tenant: name == "tenant" ? value : nil)
        #expect(answer.status == status && answer.json["error"] as? String == error, "\(name) \(answer.text)")
        #expect(answer.json["error_codes"] as? [Int] == [number])
        #expect((answer.json["error_description"] as? String)?.hasPrefix("AADSTS\(number): ") == true)
        for member in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
          #expect(answer.json[member] is String, "\(member)")
        }
        #expect(!answer.text.contains(bench.endpoints.secret))
      }
    }
  }

  @Test func `4.3 an assertion is taken in place of the secret, without discovery`() async throws {
    try await CloudBench.run { bench in
      let ends = bench.endpoints
      let type = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
      let form = [
        ("grant_type", "client_credentials"), ("client_id", ends.client), ("scope", Self.management + ".default"), type,
      ]
      let good = try await bench.token(form + [("client_assertion", ends.assertion)], v2: true)
      let wrong = try await bench.token(form + [("client_assertion", "a.b.c")], v2: true)
      let without = try await bench.token(form, v2: true)
      let other = try await bench.token(
        form.map { $0.0 == type.0 ? (type.0, "other") : $0 } + [("client_assertion", ends.assertion)], v2: true)

      #expect(good.status == 200 && good.json["access_token"] is String)
      #expect(wrong.status == 401 && wrong.json["error"] as? String == "invalid_client")
      #expect(without.status == 400 && without.json["error_codes"] as? [Int] == [900_144])
      #expect(other.status == 400)
    }
  }

  @Test func `4.4 a machine's identity wants its header, its version and a resource`() async throws {
    try await CloudBench.run {
      $0.strict = true
    } _: { bench in
      let path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com"
      let header = [("Metadata", "true")]
      let good = try await bench.send("GET", path, headers: header)
      let names: Set<String> = [
        "access_token", "client_id", "expires_in", "expires_on", "ext_expires_in", "not_before", "resource",
        "token_type",
      ]
      #expect(good.status == 200 && Set(good.json.keys) == names)
      #expect(good.json.values.allSatisfy { $0 is String })
      let listed = try await bench.send(
        "GET", "\(CloudBench.tasks)?api-version=2014-12-01",
        headers: [("Authorization", "Bearer \(good.json["access_token"] as? String ?? "")")])
      #expect(listed.status == 200)

      let probe = try await bench.send("GET", path)
      let forwarded = try await bench.send("GET", path, headers: header + [("X-Forwarded-For", "10.0.0.1")])
      let old = try await bench.send("GET", path.replacing("2018-02-01", with: "2017-01-01"), headers: header)
      let bare = try await bench.send("GET", path.replacing("&resource=", with: "&r="), headers: header)
      #expect([probe, forwarded, old, bare].map(\.status) == [400, 400, 400, 400])
      for name in ["client_id", "msi_res_id", "mi_res_id", "object_id"] {
        let unknown = try await bench.send("GET", "\(path)&\(name)=none", headers: header)
        #expect(unknown.status == 400 && unknown.json["error"] as? String == "invalid_request")
        #expect(unknown.json["error_description"] as? String == "Identity not found")
      }
      let known = try await bench.send("GET", "\(path)&client_id=\(bench.endpoints.client)", headers: header)
      #expect(known.status == 200)
    }
  }

  @Test func `4.4 an app's identity wants the header that it was given`() async throws {
    try await CloudBench.run { bench in
      let path = "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com"
      let header = [("X-IDENTITY-HEADER", bench.endpoints.identityHeader)]
      let good = try await bench.send("GET", path, headers: header)
      let outside = try await bench.send("GET", path, headers: [("X-IDENTITY-HEADER", "x")])
      let old = try await bench.send("GET", path.replacing("2019-08-01", with: "2017-09-01"), headers: header)
      let empty = try await bench.send("GET", "/msi/token?api-version=2019-08-01&resource=", headers: header)

      #expect(good.status == 200 && Int(good.json["expires_on"] as? String ?? "") != nil)
      #expect(good.json["expires_in"] == nil)
      #expect(outside.status == 401 && outside.json["statusCode"] as? Int == 401)
      #expect(old.status == 400 && old.json["message"] is String)
      #expect(empty.status == 400 && empty.json["message"] is String)
    }
  }
}
