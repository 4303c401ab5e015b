// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// Containers, lists and what is said of blobs (contract.md 6.4).
@Suite struct ContractContainerTests {
  private static func container(
    _ bench: CloudBench, _ method: String, _ name: String, _ headers: [(String, String)] = []
  ) async throws -> CloudBench.Answer {
    try await bench.store(method, "/\(name)", "restype=container", sas: bench.account("rwdlac"), headers)
  }

  @Test func `6.4.1 a container is made once`() async throws {
    try await CloudBench.run { bench in
      let made = try await Self.container(bench, "PUT", "lake", [("x-ms-meta-Owner", "ops")])
      let again = try await Self.container(bench, "PUT", "lake")
      #expect(made.status == 201 && made.headers["etag"]?.hasPrefix("\"0x8D") == true)
      #expect(made.headers["last-modified"]?.hasSuffix(" GMT") == true)
      #expect(CloudBench.Outcome(again) == .init(409, "ContainerAlreadyExists"))
    }
  }

  @Test func `6.4.2 a container tells of itself`() async throws {
    try await CloudBench.run { bench in
      _ = try await Self.container(bench, "PUT", "lake", [("x-ms-meta-Owner", "ops")])
      for method in ["GET", "HEAD"] {
        let answer = try await Self.container(bench, method, "lake")
        #expect(answer.status == 200 && answer.body.isEmpty)
        #expect(answer.headers["x-ms-lease-status"] == "unlocked" && answer.headers["x-ms-lease-state"] == "available")
        #expect(answer.headers["x-ms-has-immutability-policy"] == "false")
        #expect(answer.headers["x-ms-has-legal-hold"] == "false" && answer.headers["x-ms-meta-owner"] == "ops")
        #expect(answer.headers["etag"] != nil && answer.headers["last-modified"] != nil)
      }
      let none = try await Self.container(bench, "GET", "none")
      #expect(CloudBench.Outcome(none) == .init(404, "ContainerNotFound"))
    }
  }

  @Test func `6.4.3 a container goes with what is in it`() async throws {
    try await CloudBench.run { bench in
      try await bench.put("a", "x")
      let gone = try await Self.container(bench, "DELETE", "exports")
      let read = try await bench.store("GET", "/exports/a", sas: bench.account("r"))
      let again = try await Self.container(bench, "DELETE", "exports")
      #expect(gone.status == 202)
      #expect(CloudBench.Outcome(read) == .init(404, "ContainerNotFound"))
      #expect(CloudBench.Outcome(again) == .init(404, "ContainerNotFound"))
      _ = try await Self.container(bench, "PUT", "exports")
      let fresh = try await bench.store("GET", "/exports/a", sas: bench.account("r"))
      #expect(CloudBench.Outcome(fresh) == .init(404, "BlobNotFound"))
    }
  }

  @Test func `6.4.8 blocks are told, those of the blob and those that wait`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rw")
      func stage(_ id: String, _ body: String) async throws {
        _ = try await bench.store("PUT", "/exports/b", "comp=block&blockid=\(id)", sas: sas, body: body)
      }
      func told(_ kind: String) async throws -> CloudBench.Answer {
        try await bench.store("GET", "/exports/b", "comp=blocklist&blocklisttype=\(kind)", sas: sas)
      }
      let nothing = try await told("all")
      #expect(CloudBench.Outcome(nothing) == .init(404, "BlobNotFound"))
      try await stage("AAAA", "one")
      try await stage("BBBB", "three")
      _ = try await bench.store(
        "PUT", "/exports/b", "comp=blocklist", sas: sas,
        body: "<BlockList><Latest>BBBB</Latest><Latest>AAAA</Latest></BlockList>")
      try await stage("CCCC", "x")
      let committed =
        "<CommittedBlocks><Block><Name>BBBB</Name><Size>5</Size></Block><Block><Name>AAAA</Name><Size>3</Size></Block></CommittedBlocks>"
      let waiting = "<UncommittedBlocks><Block><Name>CCCC</Name><Size>1</Size></Block></UncommittedBlocks>"
      let all = try await told("all")
      let one = try await told("committed")
      let other = try await told("uncommitted")
      let wrong = try await told("some")
      #expect(all.text.hasSuffix("<BlockList>\(committed)\(waiting)</BlockList>"))
      #expect(one.text.contains(committed) && !one.text.contains("Uncommitted"))
      #expect(other.text.contains(waiting) && !other.text.contains("<Committed"))
      #expect(all.headers["x-ms-blob-content-length"] == "8" && all.headers["etag"] != nil)
      #expect(CloudBench.Outcome(wrong) == .init(400, "InvalidQueryParameterValue"))
    }
  }

  @Test func `6.4.9 a blob is read whole or in a range, with everything that is said of it`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rw")
      try await bench.put(
        "a", "0123456789",
        [
          ("x-ms-blob-content-type", "text/plain"), ("Content-Type", "text/other"), ("x-ms-meta-K", "v"),
          ("x-ms-blob-content-disposition", "inline"), ("x-ms-blob-cache-control", "no-store"),
          ("x-ms-blob-content-language", "en"), ("x-ms-blob-content-encoding", ""),
        ])
      let whole = try await bench.store("GET", "/exports/a", sas: sas)
      let part = try await bench.store(
        "GET", "/exports/a", sas: sas, [("x-ms-range", "bytes=2-4"), ("x-ms-range-get-content-md5", "true")])
      #expect(whole.status == 200 && whole.text == "0123456789")
      let expected = [
        "content-type": "text/plain", "content-disposition": "inline", "cache-control": "no-store",
        "content-language": "en", "x-ms-meta-k": "v", "accept-ranges": "bytes", "x-ms-blob-type": "BlockBlob",
        "x-ms-lease-status": "unlocked", "x-ms-lease-state": "available", "x-ms-server-encrypted": "true",
        "content-length": "10",
      ]
      for (name, value) in expected { #expect(whole.headers[name] == value, "\(name)") }
      #expect(whole.headers["x-ms-creation-time"] != nil && whole.headers["content-encoding"] == nil)
      #expect(part.status == 206 && part.text == "234" && part.headers["content-range"] == "bytes 2-4/10")
      #expect(part.headers["x-ms-blob-content-md5"] == whole.headers["content-md5"])
      #expect(part.headers["content-md5"] != nil && part.headers["content-md5"] != whole.headers["content-md5"])

      try await bench.put("empty", "")
      let ranged = try await bench.store("GET", "/exports/empty", sas: sas, [("x-ms-range", "bytes=0-33554431")])
      let plain = try await bench.store("GET", "/exports/empty", sas: sas)
      #expect(CloudBench.Outcome(ranged) == .init(416, "InvalidRange"))
      #expect(plain.status == 200 && plain.body.isEmpty)
    }
  }

  @Test func `6.4.10 a head is an answer without its body`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rw")
      try await bench.put("a", "0123456789")
      let get = try await bench.store("GET", "/exports/a", sas: sas)
      let head = try await bench.store("HEAD", "/exports/a", sas: sas)
      let none = try await bench.store("HEAD", "/exports/none", sas: sas)
      #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "10")
      #expect(Set(head.headers.keys) == Set(get.headers.keys))
      #expect(none.status == 404 && none.headers["x-ms-error-code"] == "BlobNotFound" && none.body.isEmpty)
    }
  }

  @Test func `6.4.11 a blob that is deleted is gone`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rwd")
      try await bench.put("a", "x")
      let gone = try await bench.store("DELETE", "/exports/a", sas: sas, [("x-ms-delete-snapshots", "include")])
      let again = try await bench.store("DELETE", "/exports/a", sas: sas)
      #expect(gone.status == 202 && gone.headers["x-ms-delete-type-permanent"] == "true")
      #expect(CloudBench.Outcome(again) == .init(404, "BlobNotFound"))
    }
  }

  @Test func `6.4.12 what is said of a blob is changed, and not its content`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rw")
      try await bench.put("a", "hello", [("x-ms-meta-one", "1")])
      func change(_ comp: String, _ headers: [(String, String)]) async throws -> CloudBench.Answer {
        try await bench.store("PUT", "/exports/a", "comp=\(comp)", sas: sas, headers, body: "")
      }
      let first = try await bench.store("HEAD", "/exports/a", sas: sas).headers["etag"]
      let metadata = try await change("metadata", [("x-ms-meta-two", "2")])
      let properties = try await change("properties", [("x-ms-blob-content-type", "text/csv")])
      let tier = try await change("tier", [("x-ms-access-tier", "Cool")])
      let nothing = try await change("tier", [])
      let read = try await bench.store("GET", "/exports/a", sas: sas)
      #expect([metadata, properties, tier].map(\.status) == [200, 200, 200])
      #expect(CloudBench.Outcome(nothing) == .init(400, "MissingRequiredHeader"))
      #expect(read.text == "hello" && read.headers["content-type"] == "text/csv")
      #expect(read.headers["x-ms-meta-one"] == nil && read.headers["x-ms-meta-two"] == "2")
      #expect(read.headers["x-ms-access-tier"] == "Cool" && read.headers["etag"] != first)
    }
  }

  @Test func `6.4.14 who reads sees the old or the new, and blocks that nobody joins end after a week`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) { bench in
      let sas = bench.account("rw")
      try await bench.put("a", "old")
      _ = try await bench.store("PUT", "/exports/a", "comp=block&blockid=AAAA", sas: sas, body: "new")
      let before = try await bench.store("GET", "/exports/a", sas: sas)
      _ = try await bench.store(
        "PUT", "/exports/a", "comp=blocklist", sas: sas, body: "<BlockList><Latest>AAAA</Latest></BlockList>")
      let after = try await bench.store("GET", "/exports/a", sas: sas)
      #expect([before.text, after.text] == ["old", "new"])

      // Put Blob lets go of blocks that wait, and so does time.
      func waiting(_ name: String) async throws -> CloudBench.Answer {
        try await bench.store("GET", "/exports/\(name)", "comp=blocklist&blocklisttype=uncommitted", sas: sas)
      }
      for name in ["a", "b"] {
        _ = try await bench.store("PUT", "/exports/\(name)", "comp=block&blockid=AAAA", sas: sas, body: "x")
      }
      try await bench.put("a", "whole")
      let replaced = try await waiting("a")
      #expect(!replaced.text.contains("AAAA"))
      let kept = try await waiting("b")
      #expect(kept.text.contains("AAAA"))
      let blocks = folder.url.appendingPathComponent("blobs/blocks")
      let own = blocks.appendingPathComponent("exports")
      for name in try FileManager.default.contentsOfDirectory(atPath: own.path) {
        try FileManager.default.setAttributes(
          [.modificationDate: Date.now.addingTimeInterval(-8 * 86_400)],
          ofItemAtPath: own.appendingPathComponent(name).path)
      }
      let late = try await waiting("b")
      #expect(CloudBench.Outcome(late) == .init(404, "BlobNotFound"))
    }
  }

  @Test func `6.4.15 names have their letters and their lengths`() async throws {
    try await CloudBench.run { bench in
      for name in ["ab", "Upper", "a--b", "-ab", "ab-", "a_b", String(repeating: "a", count: 64)] {
        let answer = try await Self.container(bench, "PUT", name)
        #expect(CloudBench.Outcome(answer) == .init(400, "InvalidResourceName"), "\(name)")
      }
      for name in ["abc", "a-b-c", "1st", String(repeating: "a", count: 63)] {
        let status = try await Self.container(bench, "PUT", name).status
        #expect(status == 201, "\(name)")
      }
      let long = String(repeating: "n", count: 1024)
      let deep = [String](repeating: "d", count: 254).joined(separator: "/")
      for (name, isGood) in [(long, true), (long + "n", false), (deep, true), (deep + "/d", false)] {
        let answer = try await bench.put(name, "x")
        #expect(answer.status == (isGood ? 201 : 400), "\(name.count)")
      }
      try await bench.put("Case", "upper")
      try await bench.put("case", "lower")
      let read = try await bench.store("GET", "/exports/Case", sas: bench.account("r"))
      #expect(read.text == "upper")
    }
  }

  @Test func `6.4.16 a list is in the order and spelling that parsers expect`() async throws {
    try await CloudBench.run { bench in
      try await bench.put(
        "dir/a & <b>.json", "[1,2,3]", [("x-ms-blob-content-type", "application/json"), ("x-ms-meta-k", "v")])
      try await bench.put("dir/sub/c", "x")
      try await bench.put("dir/\u{1}", "x")
      let list = try await bench.store(
        "GET", "/exports", "restype=container&comp=list&prefix=dir%2F&delimiter=%2F&include=metadata&maxresults=3",
        sas: bench.account("l"), [("x-ms-version", "2021-12-02")])
      let names = list.text.matches(of: #/<([A-Za-z\-0-9]+)/#).map { String($0.1) }
      let entry = [
        "Blob", "Name", "Properties", "Creation-Time", "Last-Modified", "Etag", "Content-Length", "Content-Type",
        "Content-Encoding", "Content-Language", "Content-CRC64", "Content-MD5", "Cache-Control", "Content-Disposition",
        "BlobType", "AccessTier", "AccessTierInferred", "LeaseStatus", "LeaseState", "ServerEncrypted", "Metadata",
      ]
      #expect(
        names == ["EnumerationResults", "Prefix", "MaxResults", "Delimiter", "Blobs"] + entry + ["OrMetadata"] + entry
          + ["k", "OrMetadata", "BlobPrefix", "Name", "NextMarker"])
      #expect(
        list.text.hasPrefix(
          "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"\(bench.endpoints.blobURL)/\" ContainerName=\"exports\"><Prefix>dir/</Prefix><MaxResults>3</MaxResults><Delimiter>/</Delimiter>"
        ))
      #expect(list.text.contains("<Name Encoded=\"true\">dir/%01</Name>"))
      #expect(list.text.contains("<Name>dir/a &amp; &lt;b&gt;.json</Name>"))
      #expect(list.text.firstMatch(of: #/<Etag>0x8D[0-9A-F]+<\/Etag>/#) != nil)
      #expect(list.text.contains("<Content-Length>7</Content-Length><Content-Type>application/json</Content-Type>"))
      #expect(list.text.contains("<Metadata><k>v</k></Metadata>"))
      #expect(
        list.text.hasSuffix("<BlobPrefix><Name>dir/sub/</Name></BlobPrefix></Blobs><NextMarker/></EnumerationResults>"))
    }
  }

  /// Headers of a write to a blob that is there and to one that is not, and the outcome of each.
  private static let writes: [([(String, String)], UInt, String?, UInt, String?)] = [
    ([("If-None-Match", "*")], 409, "BlobAlreadyExists", 201, nil),
    ([("If-Match", "*")], 201, nil, 412, "ConditionNotMet"),
    ([("If-Match", "\"0x8DOLD\"")], 412, "ConditionNotMet", 412, "ConditionNotMet"),
    ([("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")], 412, "ConditionNotMet", 201, nil),
    ([("If-Unmodified-Since", "Fri, 01 Jan 2016 00:00:00 GMT")], 412, "ConditionNotMet", 201, nil),
  ]

  @Test func `6.4.17 conditions are held by reads and by writes`() async throws {
    try await CloudBench.run { bench in
      let sas = bench.account("rwd")
      for (headers, there, code, absent, other) in Self.writes {
        for list in [false, true] {
          _ = try await bench.store("DELETE", "/exports/new", sas: sas)
          try await bench.put("old", "x")
          func write(_ name: String) async throws -> CloudBench.Answer {
            guard list else { return try await bench.put(name, "y", headers) }
            return try await bench.store(
              "PUT", "/exports/\(name)", "comp=blocklist", sas: sas, headers, body: "<BlockList></BlockList>")
          }
          let old = try await write("old")
          let new = try await write("new")
          #expect(CloudBench.Outcome(old) == .init(there, code), "\(headers) \(list)")
          #expect(CloudBench.Outcome(new) == .init(absent, other), "\(headers) \(list)")
        }
      }
      let first = try await bench.put("old", "1").headers["etag"] ?? ""
      let second = try await bench.put("old", "1").headers["etag"] ?? ""
      #expect(first != second)
      func read(_ headers: [(String, String)], _ method: String = "GET") async throws -> CloudBench.Outcome {
        CloudBench.Outcome(try await bench.store(method, "/exports/old", sas: sas, headers))
      }
      let (same, stale) = (try await read([("If-Match", second)]), try await read([("If-Match", first)]))
      #expect(same == .init(200, nil) && stale == .init(412, "ConditionNotMet"))
      for method in ["GET", "HEAD"] {
        let unchanged = try await read([("If-None-Match", second)], method)
        #expect(unchanged == .init(304, "ConditionNotMet"))
      }
      let deleted = try await read([("If-Match", first)], "DELETE")
      #expect(deleted == .init(412, "ConditionNotMet"))
    }
  }
}
