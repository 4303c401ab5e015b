// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing

@testable import LocalCloud

/// Signatures of every version that another program made from texts written out by hand; those of 2026-10-06 are what
/// Azure's own client makes of the same.
@Suite struct SignatureVectorTests {
  private static let times = "sp=racwdl&st=2029-01-01&se=2030-01-01T00%3A00%3A00Z"
  private static let check = SignatureCheck(
    account: "devacct", key: SymmetricKey(data: Data("outhaul test account key".utf8)))

  private static func text(_ query: String) -> SignedText {
    SignedText(query: CloudQuery(query), account: "devacct", container: "cont", blob: "")
  }

  @Test(arguments: [
    ("2012-02-12", "ZyEZRHQtkaH5ALBPK+MmRW2PsW+EpJXg5OTzG+crPE4="),
    ("2013-08-15", "jgsTEX84o7tV6eT4570IP1DQSZzAMGFyQhEWdQw5v7w="),
    ("2014-02-14", "MkJ1/Kwf8dPOui+/KVj4g/ZueMBgVyNUcB3vbcmHBXc="),
    ("2015-02-21", "JBJpsUdGR3i9lRzbhk5kO/IVUbvPgHUY8VwTpgTYvnc="),
    ("2015-04-05", "OsrN1m6+Ka77yHn0j/QPnmE9YN4OkW0uONIoPM7mP1w="),
    ("2015-12-11", "vonCqDB3YTMoDEOeNfAfyyguJsm+jDwpKLPgGiaUAfg="),
    ("2018-11-09", "Lvfvcx84AWOd6rsAynIx8tJiK57oBYtaSETrAfLTly4="),
    ("2020-12-06", "pIEmmD+rDLPUGmm0/eD/mOwlmi7tK+6JA6OdIhSxDsU="),
    ("2026-10-06", "QAKPxEHUhC51VnUuqFn/+ZrNpDhKP1JMHdoZHqCcGIk="),
  ])
  func `of a container`(version: String, signature: String) {
    #expect(Self.check.signature(Self.text("\(Self.times)&sr=c&sv=\(version)").service) == signature)
  }

  @Test(arguments: [
    ("2015-12-11", "XqN/JdLGEaGMegVbYWiqefSyHtg6dUrUGjFbeY/Y7CI="),
    ("2020-12-06", "OXUJOTzkA7NbbNna4DmijlSdaypIGprKIqFm2JjHvEk="),
    ("2026-10-06", "xvyRvV0lOa4Sl+KzMvu3dT2YMtMy3YkCg4Bdk+H0HyA="),
  ])
  func `of an account`(version: String, signature: String) {
    let query = "sp=rwdlac&ss=b&srt=sco&se=2030-01-01T00%3A00%3A00Z&sv=\(version)"

    #expect(Self.check.signature(Self.text(query).wholeAccount) == signature)
  }

  @Test(arguments: [
    ("2018-11-09", "Hc0tACHAj+03e/RSTDD1VL5yodMAmaU2xbxEdEhSyss="),
    ("2019-12-12", "cYYv7ENyZ/038TKaNAvNetv1ny83s/GXxeBh8TsYpTo="),
    ("2020-02-10", "3DqkavZgrkWQmA+ArrhKvg6TLtM2tsMy5UbvyWBwEoQ="),
    ("2020-12-06", "rPdeUdljbcgbxC8pIXGcYke0pBO8oS32YNx+9WSV8+c="),
    ("2024-11-04", "Q6gFpaWvqlP1nVMRNI9TE+KMJdotNruQmiCRCahqr0w="),
    ("2025-07-05", "EXXysnjAjmm2VFTJ3M3Jau8M5qI95TXdPyUiPz4E9Rk="),
    ("2026-04-06", "wd2GcKgcx5TsPsCLOWEkiHBzCIjiaxi+oX4HIKEE2Co="),
    ("2026-10-06", "ccnAxTYKOe7ieHVdoI3yrWQ0TV+fTpU0XdJUmNMXsS4="),
  ])
  func `of a user`(version: String, signature: String) {
    let query =
      "sp=racwdl&st=2029-01-01T00:00:00Z&se=2030-01-01T00:00:00Z&skoid=O-1&sktid=T-1&skt=2028-12-31T00:00:00Z"
      + "&ske=2029-01-06T00:00:00Z&sks=b&skv=2021-12-02&sr=c&sv=\(version)"
    let key = SymmetricKey(data: Data("outhaul test delegation key".utf8))

    #expect(Self.check.signature(Self.text(query).delegation, key) == signature)
  }
}
