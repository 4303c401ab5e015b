// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The management API: checks what every request must have, and says who answers it (contract.md, sections 1 to 3).
struct ManagementRoutes: Sendable {
  private static let bodyLimit = 1 << 20

  let store: CloudStore
  let exports: ExportRoutes
  let catalogue: CatalogueRoutes
  let check: TokenCheck
  let faults: Faults
  /// `http` or `https`.
  let scheme: String
  /// A subscription that is there, whatever its apps.
  let home: String
  let count: @Sendable (String) -> Void

  /// - Parameters:
  ///   - steps: of the path, decoded.
  ///   - strike: the fault that strikes an operation before anything is done.
  func answer(
    _ request: Request, _ steps: [String], strike: (FaultRule.Operation) async throws -> Response?
  ) async -> Response {
    let headers = ManagementHeaders(request: request.headers, isSecure: scheme == "https")
    if let refusal = check.refusal(request.headers[.authorization]) { return headers.on(refusal) }
    // Clients write a blank of a query as `+`.
    let query = CloudQuery(request.uri.query?.replacing("+", with: "%20"))
    do {
      try Self.check(version: query["api-version"])
      return headers.on(try await perform(request, try ManagementResource(steps), query, strike))
    } catch let refusal as ManagementRefusal {
      return headers.on(refusal.answer)
    } catch is NIOTooManyBytesError {
      return headers.on(CloudAnswer.error(413, "RequestEntityTooLarge", "The body is too large."))
    } catch {
      return headers.on(CloudAnswer.error(500, "InternalServerError", "An internal error occurred."))
    }
  }

  private static func check(version: String?) throws(ManagementRefusal) {
    guard let version, !version.isEmpty else {
      throw ManagementRefusal(
        400, "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.")
    }
    guard version == ExportRoutes.version else {
      throw ManagementRefusal(
        400, "InvalidApiVersionParameter",
        "The api-version '\(version)' is invalid. The only supported value is \(ExportRoutes.version).")
    }
  }

  private func perform(
    _ request: Request, _ resource: ManagementResource, _ query: CloudQuery,
    _ strike: (FaultRule.Operation) async throws -> Response?
  ) async throws -> Response {
    if case .tasks(let place, let tail) = resource {
      return try await exportTasks(request, place, tail: tail, query, strike)
    }
    count("catalogue")
    guard request.method == .get else { throw ManagementRefusal.method("GET") }
    switch resource {
    case .collections(let subscription):
      let apps = try store.apps().map(\.app)
      guard
        apps.contains(where: { $0.subscription.lowercased() == subscription.lowercased() })
          || subscription.lowercased() == home.lowercased()
      else { throw AppPlace.noSubscription(subscription) }
      return try catalogue.collections(subscription: subscription)
    case .apps(let place):
      if let refusal = place.missing(among: try store.apps().map(\.app), home: home) { throw refusal }
      return try catalogue.apps(place)
    case .campaigns(let place, let kind):
      return try catalogue.campaigns(
        of: try app(place), kind: kind, query: query, base: base(request) + request.uri.path)
    case .tasks: throw ManagementRefusal.type
    }
  }

  /// - Throws: `ManagementRefusal` with what is not there of its place.
  private func app(_ place: AppPlace) throws -> Int64 {
    if let app = try store.app(path: place.path) { return app }
    throw place.missing(among: try store.apps().map(\.app), home: home) ?? ManagementRefusal.type
  }

  private func base(_ request: Request) -> String { "\(scheme)://\(request.head.authority ?? "127.0.0.1")" }

  // MARK: Export tasks

  private func exportTasks(
    _ request: Request, _ place: AppPlace, tail: String, _ query: CloudQuery,
    _ strike: (FaultRule.Operation) async throws -> Response?
  ) async throws -> Response {
    let operation: FaultRule.Operation = request.method == .post ? .submit : tail.isEmpty ? .list : .poll
    count(operation.rawValue)
    let throttling = faults.throttle(operation)
    if let wait = throttling?.wait {
      count("throttled")
      let answer = CloudAnswer.error(
        429, "TooManyRequests", "The request is being throttled.", headers: [("Retry-After", String(wait))])
      return told(throttling, operation, on: answer)
    }
    if let fault = try await strike(operation) { return told(throttling, operation, on: fault) }
    let body = try await request.body.collect(upTo: Self.bodyLimit)
    // Below `…/devices/exportTasks`, as the request spells it.
    let path = "/" + request.uri.path.split(separator: "/").prefix(12).joined(separator: "/")
    do {
      let answer = try exports.answer(
        ExportRoutes.Call(
          method: request.method.rawValue, app: try app(place), tail: tail, query: query, body: Array(buffer: body),
          contentType: request.headers[.contentType] ?? "", base: base(request) + path))
      return told(throttling, operation, on: answer)
    } catch let refusal as ManagementRefusal {
      return told(throttling, operation, on: refusal.answer)
    }
  }

  /// The answer with the header that says how many calls are left.
  private func told(
    _ throttling: Faults.Throttling?, _ operation: FaultRule.Operation, on answer: Response
  ) -> Response {
    let kind = operation == .submit ? "writes" : "reads"
    guard let throttling, let name = HTTPField.Name("x-ms-ratelimit-remaining-subscription-\(kind)") else {
      return answer
    }
    var answer = answer
    answer.headers[name] = String(throttling.remaining)
    return answer
  }
}
