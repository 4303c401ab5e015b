// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Synchronization

/// The API of the example "orders", which answers some of its shops oddly: each shop in answer to another request.
final class OddServer: Sendable {
  /// Shops, by the request that is answered oddly.
  enum Shop: String, CaseIterable, Sendable {
    /// Nothing is odd.
    case north
    /// The service has not heard of the request.
    case submits
    case looks
    /// The submit was heard and not answered; the list that tells of it is odd.
    case lists
    case files
  }

  struct Export: Sendable {
    var id: String
    var shop: String
    var label: String
  }

  private struct State {
    var exports: [Export] = []
    var isOdd = true
    /// Odd answers that were given.
    var odd = 0
  }

  private let odd: OddAnswer
  private let key: String
  private let state = Mutex(State())

  init(_ odd: OddAnswer, key: String) { (self.odd, self.key) = (odd, key) }

  var oddAnswers: Int { state.withLock { $0.odd } }

  /// Tasks that were made for a shop.
  func made(_ shop: Shop) -> Int { state.withLock { $0.exports.count { $0.shop == shop.rawValue } } }

  /// From now on every answer is good.
  func recover() { state.withLock { $0.isOdd = false } }

  func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard request.fields["x-api-key"] == key else { return .json(401, #"{"message": "the key is not known"}"#) }
    let steps = request.path.split(separator: "/").map(String.init)
    switch (request.method, steps.count) {
    case ("POST", 2): return make(request)
    case ("GET", 2): return list(request)
    case ("GET", 3): return about(steps[2], request, .looks) { .json(200, ["export": Self.shown($0)]) }
    case ("GET", 4):
      return about(steps[2], request, .files) { _ in .answer(200, ["Content-Type": "text/csv"], Self.rows) }
    case ("DELETE", 3): return .answer(204)
    default: return .json(404, #"{"message": "there is nothing here"}"#)
    }
  }

  private func make(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    let asked = try? JSONValue(parsing: Array(request.body.utf8))
    guard let shop = asked?["shop"]?.string, let label = asked?["label"]?.string else {
      return .json(400, #"{"message": "this cannot be exported"}"#)
    }
    if shop == Shop.submits.rawValue, let reply = oddly(request, good: 201) { return reply }
    let (export, isHeardOnly) = state.withLock { state in
      let export = Export(id: "\(state.exports.count + 1)", shop: shop, label: label)
      state.exports.append(export)
      return (export, state.isOdd && shop == Shop.lists.rawValue)
    }
    return isHeardOnly ? .cut : .json(201, ["export": Self.shown(export)])
  }

  private func list(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    let shop = request.fields["x-shop"] ?? ""
    if shop == Shop.lists.rawValue, let reply = oddly(request, good: 200) { return reply }
    let exports = state.withLock { $0.exports.filter { $0.shop == shop } }
    return .json(200, ["exports": .array(exports.reversed().map { Self.shown($0) })])
  }

  private func about(
    _ id: String, _ request: ScriptedServer.Request, _ odd: Shop, _ good: (Export) -> ScriptedServer.Reply
  ) -> ScriptedServer.Reply {
    guard let export = state.withLock({ $0.exports.first { $0.id == id } }) else { return .json(404, "{}") }
    return export.shop == odd.rawValue ? oddly(request, good: 200) ?? good(export) : good(export)
  }

  private func oddly(_ request: ScriptedServer.Request, good: Int) -> ScriptedServer.Reply? {
    let isOdd = state.withLock { state in
      if state.isOdd { state.odd += 1 }
      return state.isOdd
    }
    return isOdd ? odd.reply(to: request, good: good) : nil
  }

  private static func shown(_ export: Export) -> JSONValue {
    [
      "id": .string(export.id), "label": .string(export.label), "status": "ready",
      "made": .string(WallClock().now.description),
    ]
  }

  private static let rows = Array("order,placed,cents\r\n1,2026-01-01T10:00:00Z,100\r\n".utf8)
}
