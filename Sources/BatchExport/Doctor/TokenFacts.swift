// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Synchronization

/// What a token says of itself, when it is a JSON web token (RFC 7519); its signature is not looked at.
struct TokenFacts {
  let kind: String
  private var claims: [String] = []
  /// From now.
  private var life: Duration?

  /// - Parameter life: that was told with it.
  init(_ token: Secret, life: Duration?, now: Instant = WallClock().now) {
    self.life = life
    let parts = token.reveal().split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let body = Self.decoded(parts[1]), body.object != nil else {
      kind = "a token was given"
      return
    }
    kind = "a JSON web token was given"
    if let tenant = body["tid"]?.string { claims.append("tenant \(tenant)") }
    if let subject = (body["appid"] ?? body["azp"] ?? body["oid"] ?? body["sub"])?.string {
      claims.append("identity \(subject)")
    }
    if let end = TokenSeconds.read(body["exp"]) { self.life = now.duration(to: Instant(seconds: end)) }
  }

  var words: String {
    let lives = life.map { life in
      life > .zero
        ? "good for \(DurationText.format(.seconds(life.milliseconds / 60_000 * 60)))" : "past its end already"
    }
    return ([kind] + claims + [lives].compactMap { $0 }).joined(separator: ", ")
  }

  private static func decoded(_ part: Substring) -> JSONValue? {
    let plain = String(part).replacing("-", with: "+").replacing("_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    return Data(base64Encoded: padded).flatMap { try? JSONValue(parsing: $0) }
  }
}

/// How long the token lives that a token endpoint gave last.
final class TokenLife: Sendable {
  private let state = Mutex<Duration?>(nil)

  var life: Duration? { state.withLock { $0 } }

  func take(_ response: HTTPResponse) {
    guard let body = response.json, body["access_token"] != nil || body["accessToken"] != nil,
      let seconds = TokenSeconds.read(body["expires_in"])
    else { return }
    state.withLock { $0 = .seconds(seconds) }
  }
}
