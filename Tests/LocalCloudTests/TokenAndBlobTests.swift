// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

@Suite struct TokenAndBlobTests {
  private static let form = [("Content-Type", "application/x-www-form-urlencoded")]

  @Test func `tokens of v1 have texts and those of v2 numbers`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let ends = bench.endpoints
      let client = "grant_type=client_credentials&client_id=\(ends.client)&client_secret=\(ends.secret)"
      let v1 = try await bench.send(
        "POST", "/\(ends.tenant)/oauth2/token", headers: Self.form,
        body: client + "&resource=https%3A%2F%2Fmanagement.azure.com%2F")
      let v2 = try await bench.send(
        "POST", "/\(ends.tenant)/oauth2/v2.0/token", headers: Self.form,
        body: client + "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default")

      #expect(
        v1.json["expires_in"] as? String == "3599" && v1.json["resource"] as? String == "https://management.azure.com/")
      #expect(v2.json["expires_in"] as? Int == 3599)
      let wrong = try await bench.send(
        "POST", "/\(ends.tenant)/oauth2/token", headers: Self.form,
        body: client.replacing(ends.secret, with: "wrong") + "&resource=x")
      #expect(wrong.status == 401 && wrong.json["error"] as? String == "invalid_client")
      #expect((wrong.json["error_description"] as? String)?.hasPrefix("AADSTS7000215: ") == true)
      #expect(
        try await bench.send("POST", "/other/oauth2/token", headers: Self.form, body: client + "&resource=x").status
          == 400)
      #expect(
        try await bench.send("POST", "/\(ends.tenant)/oauth2/token", headers: Self.form, body: client).status == 400)
    }
  }

  @Test func `an assertion is taken in place of the secret`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let ends = bench.endpoints
      let form =
        "grant_type=client_credentials&client_id=\(ends.client)&scope=https%3A%2F%2Fmanagement.azure.com%2F.default&client_assertion=\(ends.assertion)"
        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"

      let path = "/\(ends.tenant)/oauth2/v2.0/token"
      let good = try await bench.send("POST", path, headers: Self.form, body: form)
      let wrong = try await bench.send(
        "POST", path, headers: Self.form, body: form.replacing(ends.assertion, with: "x"))
      let without = try await bench.send(
        "POST", path, headers: Self.form, body: form.replacing("&client_assertion=\(ends.assertion)", with: ""))

      #expect(good.status == 200 && good.json["access_token"] is String)
      #expect(wrong.status == 401 && wrong.json["error"] as? String == "invalid_client")
      #expect(without.status == 400)
    }
  }

  @Test func `managed identities have tokens at both endpoints`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let machine = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com"
      let app = "/msi/token?api-version=2019-08-01&resource=x"
      let header = [("X-IDENTITY-HEADER", bench.endpoints.identityHeader)]

      let system = try await bench.send("GET", machine, headers: [("Metadata", "true")])
      let bare = try await bench.send("GET", machine)
      let forwarded = try await bench.send(
        "GET", machine, headers: [("Metadata", "true"), ("X-Forwarded-For", "10.0.0.1")])
      let known = try await bench.send(
        "GET", machine + "&client_id=\(bench.endpoints.client)", headers: [("Metadata", "true")])
      let unknown = try await bench.send("GET", machine + "&object_id=o", headers: [("Metadata", "true")])
      let inside = try await bench.send("GET", app, headers: header)
      let outside = try await bench.send("GET", app, headers: [("X-IDENTITY-HEADER", "x")])

      #expect(system.status == 200 && system.json["expires_in"] as? String == "3599")
      #expect(bare.status == 400 && forwarded.status == 400 && known.status == 200)
      #expect(unknown.status == 400 && unknown.json["error_description"] as? String == "Identity not found")
      #expect(inside.status == 200 && inside.json["expires_on"] is String && inside.json["expires_in"] == nil)
      #expect(outside.status == 401)
    }
  }

  @Test func `blobs are put in blocks, read in ranges, listed in pages and deleted not without the right`() async throws
  {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let ids = ["AAAA", "BBBB"]
      for (id, text) in zip(ids, ["hello ", "world"]) {
        #expect(
          try await bench.send("PUT", bench.staged("/a/b.txt", "&comp=block&blockid=\(id)"), body: text).status == 201)
      }
      #expect(try await bench.send("GET", bench.staged("/a/b.txt")).status == 404)
      let list = "<?xml version=\"1.0\"?><BlockList>" + ids.map { "<Latest>\($0)</Latest>" }.joined() + "</BlockList>"
      let put = try await bench.send(
        "PUT", bench.staged("/a/b.txt", "&comp=blocklist"),
        headers: [("x-ms-blob-content-type", "text/plain"), ("x-ms-blob-content-md5", "XrY7u+Ae7tCTyyK7j1rNww==")],
        body: list)
      #expect(put.status == 201 && put.headers["etag"]?.hasPrefix("\"0x8D") == true)

      let whole = try await bench.send("GET", bench.staged("/a/b.txt"))
      #expect(whole.text == "hello world" && whole.headers["content-md5"] == "XrY7u+Ae7tCTyyK7j1rNww==")
      let range = try await bench.send("GET", bench.staged("/a/b.txt"), headers: [("x-ms-range", "bytes=6-")])
      #expect(range.status == 206 && range.text == "world" && range.headers["content-range"] == "bytes 6-10/11")
      #expect(try await bench.send("GET", bench.staged("/a/b.txt"), headers: [("Range", "bytes=11-20")]).status == 416)
      let head = try await bench.send("HEAD", bench.staged("/a/b.txt"))
      #expect(head.status == 200 && head.headers["content-length"] == "11" && head.body.isEmpty)
      let missing = try await bench.send("HEAD", bench.staged("/a/c.txt"))
      #expect(missing.status == 404 && missing.headers["x-ms-error-code"] == "BlobNotFound")
      #expect(
        try await bench.send(
          "PUT", bench.staged("/a/b.txt", "&comp=blocklist"), body: "<BlockList><Latest>ZZZZ</Latest></BlockList>"
        ).headers["x-ms-error-code"] == "InvalidBlockList")
      #expect(
        try await bench.send("DELETE", bench.staged("/a/b.txt")).headers["x-ms-error-code"]
          == "AuthorizationPermissionMismatch")
    }
  }

  @Test func `lists have prefixes, folders and markers`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      for name in ["a/1", "a/2", "a/x/3", "b/4"] {
        #expect(
          try await bench.send("PUT", bench.staged("/\(name)"), headers: [("x-ms-blob-type", "BlockBlob")], body: name)
            .status == 201)
      }
      func names(_ query: String) async throws -> ([String], String) {
        let text = try await bench.send("GET", bench.staged("", "&restype=container&comp=list\(query)")).text
        let marker = text.firstMatch(of: #/<NextMarker>([^<]*)<\/NextMarker>/#).map { String($0.1) } ?? ""
        return (text.matches(of: #/<Name>([^<]+)<\/Name>/#).map { String($0.1) }, marker)
      }

      #expect(try await names("&prefix=a/").0 == ["a/1", "a/2", "a/x/3"])
      #expect(try await names("&delimiter=/").0 == ["a/", "b/"])
      #expect(try await names("&prefix=a/&delimiter=/").0 == ["a/1", "a/2", "a/x/"])
      let first = try await names("&maxresults=3")
      #expect(first.0 == ["a/1", "a/2", "a/x/3"] && !first.1.isEmpty)
      #expect(try await names("&marker=\(first.1.replacing("=", with: "%3D"))").0 == ["b/4"])
    }
  }

  @Test(arguments: [
    ("sig=", "sig=AA", 403, "AuthenticationFailed"), ("se=2", "se=1", 403, "AuthenticationFailed"),
    ("sp=rwl", "sp=rwdl", 403, "AuthenticationFailed"), ("sig=", "gis=", 401, "NoAuthenticationInformation"),
  ])
  func `signatures that are not right are refused`(old: String, new: String, status: UInt, code: String) async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let answer = try await bench.send(
        "GET", bench.staged("", "&restype=container&comp=list").replacing(old, with: new))

      #expect(answer.status == status)
      #expect(answer.headers["x-ms-error-code"] == code)
      #expect(answer.headers["content-type"] == "application/xml")
    }
  }
}
