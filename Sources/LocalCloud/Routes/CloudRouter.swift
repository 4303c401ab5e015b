// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Says who answers a request, and strikes with faults on the way.
struct CloudRouter: Sendable {
  let account: String
  let faults: Faults
  let management: ManagementRoutes
  let page: PageRoutes
  let tokens: TokenRoutes
  let discovery: DiscoveryRoutes
  let identities: IdentityRoutes
  let blobs: BlobRoutes
  /// `http` or `https`.
  let scheme: String
  let hasControl: Bool
  let statistics: @Sendable () async throws -> LocalCloudStatistics
  let count: @Sendable (String) -> Void

  func respond(to request: Request) async throws -> Response {
    let path = request.uri.path
    let steps = path.split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
    if isAccountsOwn(request) { return try await storage(request, path, [account] + steps) }
    switch steps.first?.lowercased() {
    case nil, "_page": return page.answer(request, steps)
    case "_control" where hasControl: return try await control(request, steps)
    case account: return try await storage(request, path, steps)
    case "subscriptions": return await management.answer(request, steps) { try await strike($0) }
    case "metadata", "msi": return try await identity(request, steps)
    default: return try await token(request, steps)
    }
  }

  // MARK: Control

  private func control(_ request: Request, _ steps: [String]) async throws -> Response {
    switch (request.method.rawValue, steps.dropFirst().first) {
    case ("GET", "statistics"):
      let data = try JSONEncoder().encode(try await statistics())
      return CloudAnswer.response(200, Array(data), type: "application/json")
    case ("GET", "faults"):
      let text = faults.rules.map { "\($0)\n" }.joined()
      return CloudAnswer.response(200, Array(text.utf8), type: "text/plain; charset=utf-8")
    case ("POST", "faults"):
      guard let text = try await body(of: request) else {
        return CloudAnswer.error(413, "RequestEntityTooLarge", "The body is too large.")
      }
      do {
        faults.replace(try text.split(whereSeparator: \.isNewline).map { try FaultRule(String($0)) })
        return CloudAnswer.response(204, [], type: nil)
      } catch {
        return CloudAnswer.error(400, "BadRequest", "\(error)")
      }
    default: return CloudAnswer.error(404, "NotFound", "There is no such control.")
    }
  }

  /// As text; `nil` when it is larger than what is asked here ever is.
  private func body(of request: Request) async throws -> String? {
    do { return String(buffer: try await request.body.collect(upTo: 1 << 16)) } catch is NIOTooManyBytesError {
      return nil
    }
  }

  // MARK: Tokens

  private func token(_ request: Request, _ steps: [String]) async throws -> Response {
    let base = "\(scheme)://\(request.head.authority ?? "127.0.0.1")"
    if request.method == .get, let answer = discovery.answer(steps, CloudQuery(request.uri.query), base: base) {
      count("discovery")
      return answer
    }
    guard steps.count >= 3, steps[1].lowercased() == "oauth2", steps.last?.lowercased() == "token",
      request.method == .post
    else { return CloudAnswer.error(404, "NotFound", "Nothing is here.") }
    count("token")
    if let fault = try await strike(.token) { return fault }
    guard let form = try await body(of: request) else {
      return TokenRoutes.error(413, "invalid_request", 90_100, "The request body is too large.")
    }
    return tokens.answer(
      tenant: steps[0], isV2: steps.count == 4 && steps[2].lowercased() == "v2.0", form: form, base: base)
  }

  /// `/metadata/identity/oauth2/token` and `/msi/token`.
  private func identity(_ request: Request, _ steps: [String]) async throws -> Response {
    let isMachine = steps == ["metadata", "identity", "oauth2", "token"]
    guard isMachine || steps == ["msi", "token"], request.method == .get else {
      return CloudAnswer.error(404, "NotFound", "Nothing is here.")
    }
    count("token")
    if let fault = try await strike(.token) { return fault }
    let query = CloudQuery(request.uri.query)
    return isMachine ? identities.machine(query, request.headers) : identities.app(query, request.headers)
  }

  // MARK: Storage

  private func storage(_ request: Request, _ path: String, _ steps: [String]) async throws -> Response {
    count("blob")
    let fault = try await drawn(.blob)
    if let fault, let answer = FaultAnswer.broken(fault) { return answer }
    // An encoded slash inside a name stays in the name.
    let isOwn = isAccountsOwn(request)
    let raw = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(isOwn ? 2 : 3)
      .joined(separator: "/")
    let name = raw.removingPercentEncoding
    let call = BlobRoutes.Call(
      method: request.method.rawValue, path: path, container: steps.count > 1 ? steps[1] : "",
      blob: name ?? raw, query: CloudQuery(storage: request.uri.query),
      headers: request.headers.map { ($0.name.rawName, $0.value) },
      endpoint: "\(scheme)://\(request.head.authority ?? "127.0.0.1")\(isOwn ? "" : "/\(account)")",
      isSecure: scheme == "https",
      isText: name != nil && !steps.joined().unicodeScalars.contains("\0")
        && name?.unicodeScalars.contains("\0") == false)
    return await blobs.answer(call, body: request.body, fault: fault.map(FaultAnswer.storage))
  }

  /// `ACCOUNT.…` as the host: then the path begins with the container.
  private func isAccountsOwn(_ request: Request) -> Bool {
    request.head.authority?.lowercased().hasPrefix("\(account).") ?? false
  }

  // MARK: Faults

  /// The answer of the fault that strikes before anything is done. A lost answer is the business of who makes the task.
  private func strike(_ operation: FaultRule.Operation) async throws -> Response? {
    guard let fault = try await drawn(operation) else { return nil }
    return FaultAnswer.broken(fault)
      ?? (operation == .token ? FaultAnswer.token(fault) : FaultAnswer.management(fault, management.check))
  }

  private func drawn(_ operation: FaultRule.Operation) async throws -> FaultRule.Fault? {
    if let seconds = faults.rule(operation, among: [.slow])?.seconds {
      try await Task.sleep(for: .milliseconds(Int64(seconds * 1000)))
    }
    return faults.draw(
      operation,
      among: [
        .unauthorized, .forbidden, .throttled, .broken, .unavailable, .cut, .html, .expiredSAS, .skew,
      ])
  }
}
