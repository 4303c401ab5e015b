// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// Blobs (contract.md 6.3 and 6.4): rows that the official client does not meet, or does not show.
@Suite struct ContractBlobTests {
  private static let block = [("x-ms-blob-type", "BlockBlob")]

  private static func with(_ body: @escaping @Sendable (CloudBench) async throws -> Void) async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url, { _ in }, body)
  }

  private static func put(
    _ bench: CloudBench, _ name: String, _ body: String, _ headers: [(String, String)] = []
  ) async throws -> CloudBench.Answer {
    try await bench.send("PUT", bench.staged("/\(name)"), headers: block + headers, body: body)
  }

  @Test func `6.3.1 every answer has its request's id, version and date, and errors are XML with their code`()
    async throws
  {
    try await Self.with { bench in
      let made = try await Self.put(
        bench, "a", "x", [("x-ms-version", "2099-01-01"), ("x-ms-client-request-id", "id-1")])
      let absent = try await bench.send("GET", bench.staged("/nothing"), headers: [("x-ms-client-request-id", "id-2")])
      let head = try await bench.send("HEAD", bench.staged("/nothing"))

      #expect(made.status == 201)
      #expect(made.headers["x-ms-version"] == "2099-01-01" && made.headers["x-ms-client-request-id"] == "id-1")
      #expect(made.headers["x-ms-request-server-encrypted"] == "true")
      #expect(made.headers["etag"]?.wholeMatch(of: #/"0x8D[0-9A-F]+"/#) != nil)
      #expect(made.headers["server"] == "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0")
      #expect(made.headers["date"]?.hasSuffix(" GMT") ?? false)
      #expect(absent.status == 404 && absent.headers["x-ms-error-code"] == "BlobNotFound")
      #expect(
        absent.text.hasPrefix(
          "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>BlobNotFound</Code><Message>The specified blob does not exist.\nRequestId:\(absent.headers["x-ms-request-id"] ?? "?")\nTime:2"
        ), "\(absent.text)")
      #expect(head.status == 404 && head.headers["x-ms-error-code"] == "BlobNotFound" && head.body.isEmpty)
    }
  }

  /// Headers of a Put Blob of `abc`, and the refusal.
  private static let bodies: [([(String, String)], UInt, String?)] = [
    ([("Content-MD5", "kAFQmDzST7DWlj99KOF/cg==")], 201, nil),
    ([("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")], 400, "Md5Mismatch"),
    ([("Content-MD5", "short")], 400, "InvalidMd5"),
    ([("x-ms-content-crc64", "AAAAAAAAAAA=")], 400, "Crc64Mismatch"),
    (
      [("Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="), ("x-ms-content-crc64", "AAAAAAAAAAA=")], 400,
      "BothCrc64AndMd5HeaderPresent"
    ),
    ([("x-ms-blob-content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], 400, "Md5Mismatch"),
    ([("x-ms-meta-a-b", "x")], 400, "InvalidMetadata"), ([("If-Match", "\"0x1\"")], 412, "ConditionNotMet"),
    ([("If-None-Match", "*")], 201, nil), ([("If-Unmodified-Since", "yesterday")], 400, "InvalidHeaderValue"),
  ]

  @Test(arguments: bodies)
  func `6.4.18 what is said of a body is held`(headers: [(String, String)], status: UInt, code: String?) async throws {
    try await Self.with { bench in
      let answer = try await Self.put(bench, "a", "abc", headers)

      #expect(answer.status == status)
      #expect(answer.headers["x-ms-error-code"] == code)
      let there = try await bench.send("HEAD", bench.staged("/a"))
      #expect(there.status == (status == 201 ? 200 : 404))
    }
  }

  @Test func `6.4.5 sums are told, and a blob of another kind is refused`() async throws {
    try await Self.with { bench in
      let made = try await Self.put(bench, "a", "123456789")
      let kind = try await bench.send("PUT", bench.staged("/b"), headers: [("x-ms-blob-type", "PageBlob")], body: "x")
      let none = try await bench.send("PUT", bench.staged("/b"), body: "x")

      #expect(made.headers["content-md5"] == "JfnnlDI7RTiF9RgfG2JNCw==")
      #expect(made.headers["x-ms-content-crc64"] == "iJh5CoYUi64=")
      #expect(kind.headers["x-ms-error-code"] == "InvalidHeaderValue")
      #expect(none.headers["x-ms-error-code"] == "MissingRequiredHeader")
      #expect(none.text.contains("<HeaderName>x-ms-blob-type</HeaderName>"))
    }
  }

  /// Ranges of ten bytes.
  private static let ranges: [(String, UInt, String, String?)] = [
    ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=8-", 206, "89", "bytes 8-9/10"),
    ("bytes=5-900", 206, "56789", "bytes 5-9/10"), ("bytes=10-", 416, "", "bytes */10"),
    ("bytes=3-1", 200, "0123456789", nil), ("bytes=-3", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
    // Where its own header says nothing, the plain one counts.
    ("", 206, "1", "bytes 1-1/10"),
  ]

  @Test(arguments: ranges)
  func `6.4.9 ranges are cut at the end`(range: String, status: UInt, text: String, told: String?) async throws {
    try await Self.with { bench in
      _ = try await Self.put(bench, "a", "0123456789")

      let answer = try await bench.send(
        "GET", bench.staged("/a"), headers: [("x-ms-range", range), ("Range", "bytes=1-1")])

      #expect(answer.status == status)
      if status != 416 { #expect(answer.text == text) }
      #expect(answer.headers["content-range"] == told)
    }
  }

  @Test func `6.4.6 blocks are checked, and have names of one length`() async throws {
    try await Self.with { bench in
      func stage(_ id: String, _ body: String, _ headers: [(String, String)] = []) async throws -> CloudBench.Answer {
        try await bench.send("PUT", bench.staged("/b", "&comp=block&blockid=\(id)"), headers: headers, body: body)
      }
      func commit(_ list: String, _ headers: [(String, String)] = []) async throws -> CloudBench.Answer {
        try await bench.send("PUT", bench.staged("/b", "&comp=blocklist"), headers: headers, body: list)
      }

      #expect(try await stage("!!", "x").headers["x-ms-error-code"] == "InvalidBlockId")
      #expect(try await stage("YQ%3D%3D", "one").headers["x-ms-content-crc64"] != nil)
      #expect(try await stage("YWFhYQ%3D%3D", "two").headers["x-ms-error-code"] == "InvalidBlobOrBlock")
      #expect(
        try await stage("Yg%3D%3D", "two", [("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")]).headers["x-ms-error-code"]
          == "Md5Mismatch")
      #expect(try await commit("{}").headers["x-ms-error-code"] == "InvalidXmlDocument")
      #expect(
        try await commit("<BlockList><Committed>YQ==</Committed></BlockList>").headers["x-ms-error-code"]
          == "InvalidBlockList")
      #expect(
        try await commit(
          "<?xml version=\"1.0\"?>\n<BlockList>\n<Uncommitted>YQ==</Uncommitted>\n<Latest>YQ==</Latest></BlockList>",
          [("x-ms-blob-content-type", "text/csv"), ("x-ms-meta-a", "1")]
        ).status == 201)
      let made = try await bench.send("GET", bench.staged("/b"))
      #expect(made.text == "oneone" && made.headers["content-type"] == "text/csv" && made.headers["x-ms-meta-a"] == "1")
      // Only what a list names as committed, or as the latest, is taken from the blob itself.
      #expect(
        try await commit("<BlockList><Uncommitted>YQ==</Uncommitted></BlockList>").headers["x-ms-error-code"]
          == "InvalidBlockList")
      #expect(try await commit("<BlockList><Committed>YQ==</Committed></BlockList>").status == 201)
      #expect(try await bench.send("GET", bench.staged("/b")).text == "one")
    }
  }

  @Test func `6.4.13 a body without its length, and one that is too large for the version, are refused`() async throws {
    try await Self.with { bench in
      // As large as it may be said to be: nothing of it is sent.
      let large = try await RawRequest.send(
        "PUT", bench.staged("/a"), bench,
        headers: ["x-ms-blob-type": "BlockBlob", "Content-Length": "70000000", "x-ms-version": "2015-12-11"])
      let endless = try await RawRequest.send(
        "PUT", bench.staged("/a"), bench, headers: ["x-ms-blob-type": "BlockBlob", "Transfer-Encoding": "chunked"],
        body: "1\r\nx\r\n0\r\n\r\n")

      #expect(large.hasPrefix("HTTP/1.1 413 ") && large.contains("x-ms-error-code: RequestBodyTooLarge"), "\(large)")
      #expect(
        endless.hasPrefix("HTTP/1.1 411 ") && endless.contains("x-ms-error-code: MissingContentLengthHeader"),
        "\(endless)")
    }
  }

  @Test func `the account may stand in the host's name`() async throws {
    try await Self.with { bench in
      _ = try await Self.put(bench, "dir/a", "hello")
      let signature = bench.endpoints.stagingSAS.split(separator: "?", maxSplits: 1)[1]
      let host = "outhaulcloud.blob.localhost"

      let read = try await RawRequest.send("GET", "/exports/dir/a?\(signature)", bench, headers: ["Host": host])
      let list = try await RawRequest.send(
        "GET", "/exports?restype=container&comp=list&\(signature)", bench, headers: ["Host": host])

      #expect(read.hasPrefix("HTTP/1.1 200 ") && read.hasSuffix("\r\n\r\nhello"), "\(read)")
      #expect(list.contains("<Name>dir/a</Name>") && list.contains("ServiceEndpoint=\"http://\(host)/\""), "\(list)")
    }
  }

  @Test func `6.1.3 a user's key is given to who has a token`() async throws {
    try await Self.with { bench in
      _ = try await Self.put(bench, "a", "hello")
      let body = "<KeyInfo><Start>2016-01-01T00:00:00Z</Start><Expiry>2016-01-02T00:00:00Z</Expiry></KeyInfo>"
      let url = "\(bench.endpoints.blobURL)/?restype=service&comp=userdelegationkey"
      let key = try await bench.send("POST", url, headers: [("Authorization", "Bearer any")], body: body)
      let anonymous = try await bench.send("POST", url, body: body)
      let long = try await bench.send(
        "POST", url, headers: [("Authorization", "Bearer any")], body: body.replacing("01-02T", with: "01-09T"))

      #expect(key.status == 200)
      for name in ["SignedOid", "SignedTid", "SignedStart", "SignedExpiry", "SignedService", "SignedVersion", "Value"] {
        #expect(key.text.contains("<\(name)>"), "\(name)")
      }
      #expect(
        anonymous.status == 401
          && anonymous.headers["www-authenticate"]?.contains("resource_id=https://storage.azure.com") ?? false)
      #expect(long.status == 400)
      let read = try await bench.send(
        "GET", "\(bench.endpoints.blobURL)/exports/a", headers: [("Authorization", "Bearer any")])
      #expect(read.text == "hello")
    }
  }

  @Test func `6.3.2 what is under no name is refused as such`() async throws {
    try await Self.with { bench in
      func code(_ method: String, _ url: String, _ headers: [(String, String)] = []) async throws -> String? {
        try await bench.send(method, url, headers: headers).headers["x-ms-error-code"]
      }
      let list = "&restype=container&comp=list&maxresults="
      let blob = "\(bench.endpoints.blobURL)/exports/a"

      let verb = try await code("POST", bench.staged("/a"))
      let few = try await code("GET", bench.staged("", "\(list)0"))
      let words = try await code("GET", bench.staged("", "\(list)many"))
      let scheme = try await code("GET", blob, [("Authorization", "Basic x")])

      #expect(verb == "UnsupportedHttpVerb")
      #expect(few == "OutOfRangeQueryParameterValue")
      #expect(words == "InvalidQueryParameterValue")
      #expect(scheme == "InvalidAuthenticationInfo")
    }
  }

  @Test func `data of the version before are read as they are`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      _ = try await Self.put(bench, "a", "hello", [("x-ms-meta-k", "v")])
    }
    try await CloudBench.with(folder.url) { bench in
      let read = try await bench.send("GET", bench.staged("/a"))
      #expect(read.text == "hello" && read.headers["x-ms-meta-k"] == "v")
    }
  }

  @Test func `6.4.7 blobs are put in blocks, read in ranges, listed in pages and deleted not without the right`()
    async throws
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

  @Test func `6.4.4 lists have prefixes, folders and markers`() async throws {
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
  func `6.1.5 signatures that are not right are refused`(old: String, new: String, status: UInt, code: String)
    async throws
  {
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
