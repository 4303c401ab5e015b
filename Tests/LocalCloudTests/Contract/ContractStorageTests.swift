// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// What storage must not take for something else, and its limits (contract.md 6.3 and 6.4).
@Suite struct ContractStorageTests {
  private static func code(_ answer: CloudBench.Answer) -> CloudBench.Outcome { .init(answer) }

  private static let source = [("x-ms-copy-source", "https://a.example/c/b?sig=secret-signature")]

  @Test func `6.4.5 a copy is refused, and leaves the blob as it is`() async throws {
    try await CloudBench.run { bench in
      try await bench.put("a", "old")
      let copy = try await bench.store("PUT", "/exports/a", sas: bench.account("rw"), Self.source, body: "")
      let put = try await bench.put("a", "", Self.source)
      let read = try await bench.store("GET", "/exports/a", sas: bench.account("r"))
      for answer in [copy, put] {
        #expect(Self.code(answer) == .init(400, "UnsupportedHeader"))
        #expect(answer.text.contains("<HeaderName>x-ms-copy-source<") && !answer.text.contains("secret-signature"))
      }
      #expect(read.text == "old")
    }
  }

  @Test func `6.4.6 a block from an address is refused`() async throws {
    try await CloudBench.run { bench in
      let block = try await bench.store(
        "PUT", "/exports/a", "comp=block&blockid=AAAA", sas: bench.account("rw"), Self.source, body: "")
      #expect(Self.code(block) == .init(400, "UnsupportedHeader"))
    }
  }

  @Test func `6.4.18 a body in a form of its own is refused`() async throws {
    try await CloudBench.run { bench in
      let form = [("x-ms-structured-body", "XSM/1.0; properties=crc64"), ("x-ms-structured-content-length", "3")]
      let put = try await bench.put("a", "framed", form)
      let block = try await bench.store(
        "PUT", "/exports/a", "comp=block&blockid=AAAA", sas: bench.account("rw"), form, body: "framed")
      let there = try await bench.store("HEAD", "/exports/a", sas: bench.account("r"))
      #expect(Self.code(put) == .init(400, "UnsupportedHeader") && Self.code(block) == .init(400, "UnsupportedHeader"))
      #expect(there.status == 404)
    }
  }

  @Test func `6.4.11 what is asked of snapshots and versions is not done to the blob`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rwd")
      try await bench.put("a", "x")
      for query in ["snapshot=2026-01-01T00:00:00.0000000Z", "versionid=2026-01-01T00:00:00.0000000Z"] {
        for method in ["DELETE", "GET", "HEAD"] {
          let answer = try await bench.store(method, "/exports/a", query, sas: sas)
          #expect(Self.code(answer).status == 400 && answer.headers["x-ms-error-code"] == "UnsupportedQueryParameter")
        }
      }
      let only = try await bench.store("DELETE", "/exports/a", sas: sas, [("x-ms-delete-snapshots", "only")])
      let other = try await bench.store("DELETE", "/exports/a", sas: sas, [("x-ms-delete-snapshots", "all")])
      let read = try await bench.store("GET", "/exports/a", sas: sas)
      #expect(Self.code(only) == .init(400, "UnsupportedHeader"))
      #expect(Self.code(other) == .init(400, "InvalidHeaderValue"))
      #expect(read.text == "x")
    }
  }

  @Test func `6.4.3 blocks go with their container`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rwdlac")
      _ = try await bench.store("PUT", "/exports/a", "comp=block&blockid=AAAA", sas: sas, body: "x")
      _ = try await bench.store("DELETE", "/exports", "restype=container", sas: sas)
      _ = try await bench.store("PUT", "/exports", "restype=container", sas: sas)
      let joined = try await bench.store(
        "PUT", "/exports/a", "comp=blocklist", sas: sas, body: "<BlockList><Latest>AAAA</Latest></BlockList>")
      #expect(Self.code(joined) == .init(400, "InvalidBlockList"))
    }
  }

  @Test func `6.4.4 a plus in a prefix is a blank, and folders end with the last letter there is`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rwl")
      for name in ["my%20dir/a", "my%2Bdir/b", "f/1", "f/%F4%8F%BF%BF", "f/%F4%8F%BF%BF2", "f0"] {
        try await bench.put(name, "x")
      }
      func names(_ query: String) async throws -> [String] {
        let list = try await bench.store("GET", "/exports", "restype=container&comp=list&\(query)", sas: sas)
        return list.text.matches(of: #/<Name>([^<]+)<\/Name>/#).map { String($0.1) }
      }
      let (blank, plus) = (try await names("prefix=my+dir%2F"), try await names("prefix=my%2Bdir%2F"))
      let folders = try await names("delimiter=%2F")
      #expect(blank == ["my dir/a"] && plus == ["my+dir/b"])
      #expect(folders == ["f/", "f0", "my dir/", "my+dir/"])
    }
  }

  @Test func `6.4.15 a name that is no text is none`() async throws {
    try await CloudBench.run { bench in
      for path in ["/exports/a%00b", "/exports/%FF", "/exp%00rts/a"] {
        let answer = try await RawRequest.send(
          "GET", "/outhaulcloud\(path)?\(bench.account("r"))", bench, headers: [:])
        #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("x-ms-error-code: InvalidUri"), "\(answer)")
      }
    }
  }

  @Test func `6.3.1 a version is a date`() async throws {
    try await CloudBench.run { bench in
      let header = try await bench.store("GET", "/", "comp=list", sas: bench.account("l"), [("x-ms-version", "soon")])
      let query = try await bench.store("GET", "/", "comp=list&api-version=1", sas: bench.account("l"))
      #expect(Self.code(header) == .init(400, "InvalidHeaderValue") && header.headers["x-ms-version"] == "2021-12-02")
      #expect(Self.code(query) == .init(400, "InvalidQueryParameterValue"))
    }
  }

  /// What a block may have in a version, in MiB.
  private static let blocks: [(String, Int)] = [("2015-12-11", 4), ("2016-05-31", 100), ("2019-12-12", 4000)]

  @Test func `6.4.13 a block has a size that its version bears`() async throws {
    try await CloudBench.run { bench in
      for (version, mebibytes) in Self.blocks {
        let answer = try await RawRequest.send(
          "PUT", bench.staged("/a", "&comp=block&blockid=AAAA"), bench,
          headers: ["Content-Length": String(mebibytes << 20 + 1), "x-ms-version": version])
        #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.contains("RequestBodyTooLarge"), "\(version) \(answer)")
        #expect(answer.contains("<MaxLimit>\(mebibytes << 20)</MaxLimit>"))
      }
      let whole = try await bench.store(
        "PUT", "/exports/a", "comp=block&blockid=AAAA", sas: bench.account("w"), [("x-ms-version", "2015-12-11")],
        body: String(repeating: "x", count: 4 << 20))
      #expect(whole.status == 201)
    }
  }

  @Test func `6.4.13 a blob has fifty thousand blocks at most, and its list an end`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rw")
      _ = try await bench.store("PUT", "/exports/a", "comp=block&blockid=AAAA", sas: sas, body: "x")
      func join(_ count: Int) async throws -> CloudBench.Answer {
        let list = String(repeating: "<Latest>AAAA</Latest>", count: count)
        return try await bench.store(
          "PUT", "/exports/a", "comp=blocklist", sas: sas, body: "<BlockList>\(list)</BlockList>")
      }
      let many = try await join(50_001)
      let large = try await bench.store(
        "PUT", "/exports/a", "comp=blocklist", sas: sas, body: String(repeating: " ", count: 8 << 20 + 1))
      let most = try await join(50_000)
      #expect(Self.code(many) == .init(400, "BlockListTooLong"))
      #expect(Self.code(large) == .init(413, "RequestBodyTooLarge"))
      #expect(most.status == 201)
      let read = try await bench.store("HEAD", "/exports/a", sas: sas)
      #expect(read.headers["content-length"] == "50000")
    }
  }

  /// What is asked, and the refusal. `SAS` stands for a signature that permits everything.
  private static let refusals: [(String, String, [(String, String)], UInt, String)] = [
    ("GET", "/none/a", [], 404, "ContainerNotFound"), ("GET", "/exports/none", [], 404, "BlobNotFound"),
    ("PUT", "/exports?restype=container", [], 409, "ContainerAlreadyExists"),
    ("PUT", "/A?restype=container", [], 400, "InvalidResourceName"),
    ("PUT", "/exports/a", [], 400, "MissingRequiredHeader"),
    ("PUT", "/exports/a", [("x-ms-blob-type", "AppendBlob")], 400, "InvalidHeaderValue"),
    ("PUT", "/exports/a?comp=snapshot", [], 405, "UnsupportedHttpVerb"),
    ("PUT", "/exports/a?comp=block&blockid=!", [], 400, "InvalidBlockId"),
    ("PUT", "/exports/a?comp=blocklist", [], 400, "InvalidXmlDocument"),
    ("GET", "/exports?restype=container&comp=list&marker=!", [], 400, "InvalidQueryParameterValue"),
    ("GET", "/exports?restype=container&comp=list&maxresults=0", [], 400, "OutOfRangeQueryParameterValue"),
    ("GET", "/exports/a?comp=blocklist&blocklisttype=some", [], 400, "InvalidQueryParameterValue"),
  ]

  @Test func `6.3.2 every refusal has its status, its code and its XML`() async throws {
    try await CloudBench.run { bench in
      for (method, path, headers, status, code) in Self.refusals {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let answer = try await bench.store(
          method, parts[0], parts.count > 1 ? parts[1] : "", sas: bench.account("rwdlac"), headers,
          body: method == "PUT" ? "x" : nil)
        #expect(Self.code(answer) == .init(status, code), "\(method) \(path)")
        #expect(answer.text.hasPrefix("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>\(code)</Code><Message>"))
        #expect(answer.headers["content-type"] == "application/xml" && answer.headers["x-ms-request-id"] != nil)
      }
    }
  }
}
