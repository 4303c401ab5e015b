// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Testing

@testable import BatchExport

/// What the doctor says of a token.
@Suite struct TokenFactsTests {
  private static let now = Instant(seconds: 1_000_000)

  private static func token(_ claims: String) -> Secret {
    let body = Data(claims.utf8).base64EncodedString().replacing("=", with: "")
    return Secret("h.\(body.replacing("+", with: "-").replacing("/", with: "_")).s")
  }

  @Test(arguments: [
    (
      #"{"tid":"t-1","appid":"a-1","exp":1003600}"#, "a JSON web token was given, tenant t-1, identity a-1, good for 1h"
    ),
    (#"{"sub":"me","exp":999999}"#, "a JSON web token was given, identity me, past its end already"),
    // Ends that no token has are taken as not said: the life that was told with it counts.
    (#"{"exp":9223372036854775807}"#, "a JSON web token was given, good for 10m"),
    (#"{"exp":-9223372036854775808}"#, "a JSON web token was given, good for 10m"),
    (#"{"exp":1099511627776}"#, "a JSON web token was given, good for 10m"),
    (#"{"exp":1e300}"#, "a JSON web token was given, good for 10m"),
  ])
  func `a token is told with whose it is and how long it is good`(claims: String, words: String) {
    #expect(TokenFacts(Self.token(claims), life: .seconds(600), now: Self.now).words == words)
  }

  @Test(
    arguments: [
      (#"{"access_token":"t","expires_in":3599}"#, .seconds(3599)),
      (#"{"access_token":"t","expires_in":"60"}"#, .seconds(60)),
      (#"{"access_token":"t","expires_in":9223372036854775807}"#, nil),
      (#"{"access_token":"t","expires_in":"9223372036854775807"}"#, nil),
      (#"{"access_token":"t","expires_in":-1}"#, nil), (#"{"expires_in":60}"#, nil),
    ] as [(String, Duration?)])
  func `how long a token lives is taken from its answer, when that is a time`(body: String, life: Duration?) {
    let seen = TokenLife()

    seen.take(HTTPResponse(HTTPHead(status: 200), body: Array(body.utf8)))

    #expect(seen.life == life)
    #expect(TokenFacts(Secret("t"), life: seen.life, now: Self.now).words.hasPrefix("a token was given"))
  }
}
