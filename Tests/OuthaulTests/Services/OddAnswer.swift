// SPDX-License-Identifier: Apache-2.0
import ExportTesting

/// What a service, or something before it, answers when it should not.
enum OddAnswer: String, CaseIterable, Sendable {
  case html, halfJSON, errorInside, emptyBody, otherShape, gateway, cut, redirectLoop, longHeader, hugeBody

  /// Bytes of a huge body: 10 GiB.
  static let huge = 10 << 30

  /// It may be a file, as far as anybody can tell before it is read; one that is huge is no fault.
  var isFileThatFails: Bool {
    switch self {
    case .html, .halfJSON, .errorInside, .otherShape: true
    // Those may pass: they are asked for again for a quarter of an hour.
    case .emptyBody, .gateway, .cut, .redirectLoop, .longHeader, .hugeBody: false
    }
  }

  /// - Parameter good: the status of a good answer.
  func reply(to request: ScriptedServer.Request, good: Int) -> ScriptedServer.Reply {
    switch self {
    case .html: .answer(good, ["Content-Type": "text/html"], Array("<html><body>Sign in</body></html>".utf8))
    case .halfJSON: .json(good, #"{"export": {"id": "7", "sta"#)
    case .errorInside: .json(good, #"{"error": {"code": "Odd", "message": "not today"}}"#)
    case .emptyBody: .answer(good)
    case .otherShape: .json(good, #"["nothing", {"of": "use"}]"#)
    case .gateway: .answer(502, ["Content-Type": "text/html"], Array("<html>Bad gateway</html>".utf8))
    case .cut: .cut
    case .redirectLoop: .answer(302, ["Location": "\(request.path)?hop=\(Self.hop(request) + 1)"])
    case .longHeader: .answer(good, ["X-Long": String(repeating: "x", count: 1 << 20)], Array("{}".utf8))
    case .hugeBody:
      .stream(good, ["Content-Type": "application/json"], Self.blanks, times: Self.huge / Self.blanks.count)
    }
  }

  private static let blanks = [UInt8](repeating: 0x20, count: 1 << 20)

  /// How often the request was sent on: each time to another address.
  private static func hop(_ request: ScriptedServer.Request) -> Int {
    request.query.split(separator: "=").last.flatMap { Int($0) } ?? 0
  }
}
