// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import LocalCloud
import Testing

/// What proves who asks storage (contract.md 6.1 and 6.2).
@Suite struct ContractSignatureTests {
  private static let versions = [
    "2015-02-21", "2015-04-05", "2015-12-11", "2018-03-28", "2018-11-09", "2020-02-10", "2020-12-06", "2025-07-05",
    "2026-04-06", "2026-10-06",
  ]

  @Test func `6.1.1 a container's signature of every version permits what it says`() async throws {
    try await CloudBench.run { bench in
      for version in Self.versions where version >= "2015-04-05" {
        let sas = bench.service("rwl", version: version)
        let put = try await bench.put("a", version, sas: sas)
        let read = try await bench.store("GET", "/exports/a", sas: sas)
        let list = try await bench.store("GET", "/exports", "restype=container&comp=list", sas: sas)
        let gone = try await bench.store("DELETE", "/exports/a", sas: sas)
        #expect(put.status == 201 && read.text == version && list.status == 200, "\(version)")
        #expect(CloudBench.Outcome(gone) == .init(403, "AuthorizationPermissionMismatch"), "\(version)")
      }
    }
  }

  @Test func `6.1.2 an account's signature of every version permits what it says`() async throws {
    try await CloudBench.run { bench in
      for version in Self.versions {
        let sas = bench.account("rwl", version: version)
        let put = try await bench.put("a", version, sas: sas)
        let containers = try await bench.store("GET", "/", "comp=list", sas: sas)
        let gone = try await bench.store("DELETE", "/exports/a", sas: sas)
        #expect(put.status == 201 && containers.text.contains("<Name>exports</Name>"), "\(version)")
        #expect(CloudBench.Outcome(gone) == .init(403, "AuthorizationPermissionMismatch"), "\(version)")
      }
    }
  }

  @Test func `6.1.3 a user's signature of every version permits what it says`() async throws {
    try await CloudBench.run { bench in
      let (from, to) = (Date.now.addingTimeInterval(-60), Date.now.addingTimeInterval(3600))
      let key = try await bench.send(
        "POST", "\(bench.endpoints.blobURL)/?restype=service&comp=userdelegationkey",
        headers: [("Authorization", "Bearer any")],
        body: "<KeyInfo><Start>\(from.ISO8601Format())</Start><Expiry>\(to.ISO8601Format())</Expiry></KeyInfo>"
      ).text
      for version in Self.versions {
        let sas = bench.delegated("rw", by: key, version: version)
        let put = try await bench.put("a", "x", sas: sas)
        let list = try await bench.store("GET", "/exports", "restype=container&comp=list", sas: sas)
        // Users' keys sign since 2018-11-09.
        let isKnown = version >= "2018-11-09"
        #expect(put.status == (isKnown ? 201 : 403), "\(version)")
        #expect(
          CloudBench.Outcome(list)
            == .init(403, isKnown ? "AuthorizationPermissionMismatch" : "AuthenticationFailed"), "\(version)")
      }
    }
  }

  /// An operation, what it needs of a container's signature and of an account's, and its status.
  private static let rights: [(String, String, String, String, String, UInt)] = [
    ("PUT", "/exports/new", "", "wc", "o:wc", 201), ("PUT", "/exports/old", "", "w", "o:w", 201),
    ("PUT", "/exports/old", "comp=block&blockid=YQ%3D%3D", "w", "o:w", 201),
    ("PUT", "/exports/old", "comp=blocklist", "w", "o:w", 201),
    ("GET", "/exports/old", "comp=blocklist", "r", "o:r", 200), ("GET", "/exports/old", "", "r", "o:r", 200),
    ("HEAD", "/exports/old", "", "r", "o:r", 200), ("PUT", "/exports/old", "comp=metadata", "w", "o:w", 200),
    ("PUT", "/exports/old", "comp=properties", "w", "o:w", 200), ("DELETE", "/exports/old", "", "d", "o:d", 202),
    ("GET", "/exports", "restype=container&comp=list", "l", "c:l", 200),
    ("GET", "/exports", "restype=container", "", "c:r", 200),
    ("PUT", "/fresh", "restype=container", "", "c:cw", 201),
    ("DELETE", "/exports", "restype=container", "", "c:d", 202),
    ("GET", "/", "comp=list", "", "s:l", 200),
  ]

  @Test func `6.1.4 every operation needs its letters, and nothing else does for it`() async throws {
    for (method, path, query, container, account, status) in Self.rights {
      try await CloudBench.run { bench in
        try await bench.put("old", "x")
        func attempt(_ sas: String) async throws -> UInt {
          let block = query == "comp=blocklist" && method == "PUT"
          let answer = try await bench.store(
            method, path, query, sas: sas, [("x-ms-blob-type", "BlockBlob")],
            body: block ? "<BlockList></BlockList>" : method == "PUT" && path.hasPrefix("/exports/") ? "x" : nil)
          guard answer.status != 403 else { return answer.status }
          // As it was before.
          _ = try await bench.store("DELETE", "/exports/new", sas: bench.account("d"))
          _ = try await bench.store("DELETE", "/fresh", "restype=container", sas: bench.account("d"))
          _ = try await bench.store("PUT", "/exports", "restype=container", sas: bench.account("c"))
          try await bench.put("old", "x")
          return answer.status
        }
        let what = "\(method) \(path) \(query)"
        let (types, letters) = (String(account.prefix(1)), String(account.dropFirst(2)))
        for letter in "racwdxyltmei" {
          let expected = container.contains(letter) ? status : 403
          let found = try await attempt(bench.service(String(letter)))
          #expect(found == expected, "\(what) with \(letter) of a container's")
        }
        for letter in "rwdxylacupfti" {
          let expected = letters.contains(letter) ? status : 403
          let found = try await attempt(bench.account(String(letter), types: types))
          #expect(found == expected, "\(what) with \(letter) of the account's")
        }
        let others = try await attempt(bench.account(letters, types: "sco".filter { !types.contains($0) }))
        #expect(others == 403, "\(what) of other kinds of resources")
      }
    }
  }

  @Test func `6.1.5 refusals say what does not fit`() async throws {
    try await CloudBench.run { bench in
      try await bench.put("a", "x")
      func read(_ sas: String) async throws -> CloudBench.Answer {
        try await bench.store("GET", "/exports/a", sas: sas)
      }
      let cases: [(String, UInt, String)] = [
        (bench.service("r", se: "2016-01-01T00:00:00Z"), 403, "AuthenticationFailed"),
        (bench.service("r", st: "2098-01-01"), 403, "AuthenticationFailed"),
        (bench.service("r").replacing("sp=r", with: "sp=rw"), 403, "AuthenticationFailed"),
        (bench.service("w"), 403, "AuthorizationPermissionMismatch"),
        (bench.account("r", services: "q"), 403, "AuthorizationServiceMismatch"),
        (bench.account("r", types: "sc"), 403, "AuthorizationResourceTypeMismatch"),
        (bench.service("r", protocols: "https"), 403, "AuthorizationProtocolMismatch"),
        (bench.service("r", ip: "10.0.0.1-10.0.0.9"), 403, "AuthorizationSourceIPMismatch"),
        ("", 401, "NoAuthenticationInformation"),
        // How deep a folder is: one that is none once ended the cloud.
        ("sv=2021-12-02&sr=d&sdd=-1&sp=r&se=2099-01-01&sig=AA", 403, "AuthenticationFailed"),
        ("sv=2021-12-02&sr=d&sdd=99999999999999999999&sp=r&se=2099-01-01&sig=AA", 403, "AuthenticationFailed"),
        ("sv=2021-12-02&sr=d&sp=r&se=2099-01-01&sig=AA", 403, "AuthenticationFailed"),
      ]
      for (sas, status, code) in cases {
        let answer = try await read(sas)
        #expect(CloudBench.Outcome(answer) == .init(status, code), "\(sas)")
        #expect(answer.text.contains("<Code>\(code)</Code>") && answer.headers["content-type"] == "application/xml")
      }
      let late = try await read(bench.service("r", se: "2016-01-01T00:00:00Z"))
      #expect(
        late.text.contains(
          "<AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [] - Expiry [2016-01-01T00:00:00Z] - Current ["
        ))
      let forged = try await read(bench.service("r").replacing("sp=r", with: "sp=rw"))
      #expect(forged.text.contains("Signature did not match. String to sign used was rw\n"))
      let anonymous = try await read("")
      #expect(
        anonymous.headers["www-authenticate"]?.hasPrefix("Bearer authorization_uri=") == true
          && anonymous.headers["www-authenticate"]?.contains("resource_id=https://storage.azure.com") == true)
      let deep = try await read("sv=2021-12-02&sr=d&sdd=-1&sp=r&se=2099-01-01&sig=AA")
      #expect(deep.text.contains("<AuthenticationErrorDetail>sdd is not valid: '-1'<"))
      let basic = try await bench.store("GET", "/exports/a", "", [("Authorization", "Basic eDp5")])
      #expect(CloudBench.Outcome(basic) == .init(400, "InvalidAuthenticationInfo"))
    }
  }

  @Test func `6.1.5 a plus in a signature and in its times is a plus`() async throws {
    try await CloudBench.run { bench in
      try await bench.put("a", "x")
      let signed = (10..<60).map { bench.service("r", se: "2099-01-01T00:00:00+00:\($0)") }
      let sas = try #require(signed.first { $0.components(separatedBy: "sig=").last?.contains("%2B") == true })

      let read = try await bench.store("GET", "/exports/a", sas: sas.replacing("%2B", with: "+"))

      #expect(read.status == 200, "\(read.text)")
    }
  }

  // MARK: Shared Key

  /// A request with the account's own signature, written by the contract's table alone.
  private static func shared(
    _ bench: CloudBench, _ method: String, _ path: String, _ query: [(String, String)] = [], body: String? = nil,
    date: Date = .now, key: String? = nil
  ) async throws -> CloudBench.Answer {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let headers = [
      ("x-ms-blob-type", "BlockBlob"), ("x-ms-date", format.string(from: date)), ("x-ms-version", "2021-12-02"),
    ]
    let length = body.map { $0.isEmpty ? "" : String($0.utf8.count) } ?? ""
    var text = [method, "", "", length, "", "", "", "", "", "", "", ""].map { $0 + "\n" }.joined()
    text += headers.map { "\($0.0):\($0.1)\n" }.joined()
    text += "/outhaulcloud/outhaulcloud\(path)" + query.sorted { $0.0 < $1.0 }.map { "\n\($0.0):\($0.1)" }.joined()
    let secret = SymmetricKey(data: Data(base64Encoded: key ?? bench.endpoints.accountKey) ?? Data())
    let sig = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret)).base64EncodedString()
    return try await bench.store(
      method, path, query.map { "\($0.0)=\($0.1)" }.joined(separator: "&"),
      headers + [("Authorization", "SharedKey outhaulcloud:\(sig)")], body: body)
  }

  @Test func `6.2 the account's key opens everything, within a quarter of an hour`() async throws {
    try await CloudBench.run { bench in
      let made = try await Self.shared(bench, "PUT", "/lake", [("restype", "container")])
      let put = try await Self.shared(bench, "PUT", "/lake/dir/a", body: "hello")
      let empty = try await Self.shared(bench, "PUT", "/lake/empty", body: "")
      let read = try await Self.shared(bench, "GET", "/lake/dir/a")
      let list = try await Self.shared(
        bench, "GET", "/lake", [("restype", "container"), ("comp", "list"), ("prefix", "dir")])
      #expect([made, put, empty, read, list].map(\.status) == [201, 201, 201, 200, 200])
      #expect(read.text == "hello" && list.text.contains("<Name>dir/a</Name>"))

      let early = try await Self.shared(bench, "GET", "/lake/dir/a", date: .now.addingTimeInterval(-840))
      let old = try await Self.shared(bench, "GET", "/lake/dir/a", date: .now.addingTimeInterval(-1000))
      let other = try await Self.shared(bench, "GET", "/lake/dir/a", key: "b3RoZXI=")
      #expect(early.status == 200)
      #expect(CloudBench.Outcome(old) == .init(403, "AuthenticationFailed"))
      #expect(CloudBench.Outcome(other) == .init(403, "AuthenticationFailed"))
      #expect(other.text.contains("Server used following string to sign: 'GET\n"))
    }
  }
}
