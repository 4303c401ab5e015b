// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// The values that templates are filled with.
struct Scope {
  var parameters: [String: JSONValue]
  var app: [String: JSONValue]
  var options: [String: JSONValue] = [:]
  var dataset: [String: String] = [:]
  var window: SentWindow?
  var job: [String: JSONValue] = [:]
  var task: [String: String] = [:]
  /// Of a result that comes in pages.
  var page: [String: JSONValue] = [:]
  /// Taken from the items of lists.
  var found: [String: JSONValue] = [:]
  var words: [String: String] = [:]
  var secrets: [String: Secret] = [:]

  func value(_ name: TemplateName) -> JSONValue? {
    switch name.scope {
    case "param": parameters[name.name]
    case "app": app[name.name]
    case "option": options[name.name]
    case "dataset": dataset[name.name].map { .string($0) }
    case "window": window.map { .string(name.name == "start" ? $0.start : $0.end) }
    case "job": job[name.name]
    case "found": found[name.name]
    case "word": words[name.name].map { .string($0) }
    case "secret": secrets[name.name].map { .string($0.reveal()) }
    case "task": task[name.name].map { .string($0) }
    case "page": page[name.name]
    default: nil
    }
  }
}

extension DescribedService {
  func fill(_ template: RequestTemplate, _ scope: Scope) throws -> FilledRequest {
    var scope = scope
    scope.secrets = secrets
    return try description.fill(template, base: base, scope)
  }
}

extension ServiceDescription {
  /// The row that fits an answer.
  func refusal(of answer: Answer, _ verb: Verb) -> Refusal? { refusals.first { $0.fits(answer, verb) } }

  func fill(_ template: RequestTemplate, base: String, _ scope: Scope) throws -> FilledRequest {
    guard let target = template.target.template.text(scope.value) else {
      throw ServiceError(.never, "a value for the request's address is missing")
    }
    var address = base + target
    if case .url = template.target {
      // What proves who asks goes nowhere else.
      guard target.hasPrefix(base + "/") else {
        throw ServiceError(.never, "the request would go to another host than the service's")
      }
      address = target
    }
    let query = template.query.compactMap { item in
      item.value.text(scope.value).map {
        "\(PercentEncoding.encode(item.name, keeping: "$"))=\(PercentEncoding.encode($0))"
      }
    }
    let sign = query.isEmpty ? "" : address.contains("?") ? "&" : "?"
    let headers = template.headers.compactMap { header in header.value.text(scope.value).map { (header.name, $0) } }
    return FilledRequest(
      method: template.method, url: address + sign + query.joined(separator: "&"), headers: headers,
      body: try template.body?.filled(scope.value))
  }
}

extension DescribedService {

  /// Sends a request, with a fresh token once when the first is refused, and sorts out what is no good answer.
  /// - Parameters:
  ///   - statuses: good ones beside those from 200 to 299.
  ///   - secret: never repeated in an error, even when the service does.
  func call(
    _ request: FilledRequest, _ verb: Verb, alsoGood statuses: Set<Int> = [], secret: Secret? = nil
  ) async throws -> (Answer, requestID: String) {
    let requestID = RequestID.next()
    var (answer, proven) = try await send(request, verb, requestID)
    if answer.head.status == 401, await proof.refused(proven) {
      (answer, proven) = try await send(request, verb, requestID)
    }
    let isGood = (200..<300).contains(answer.head.status)
    if !isGood, statuses.contains(answer.head.status) { return (answer, requestID) }
    let row = description.refusal(of: answer, verb)
    if isGood && row == nil || row?.means == .exists { return (answer, requestID) }
    throw refusal(answer, row, verb, requestID, hiding: [secret].compactMap { $0 } + proven.secrets + secrets.values)
  }

  private func send(
    _ request: FilledRequest, _ verb: Verb, _ requestID: String
  ) async throws -> (Answer, ProvenRequest) {
    let proven = try await proof.prove(prepared(request, requestID))
    do {
      return (Answer(try await transport.send(proven.request)), proven)
    } catch let error as TransportError {
      throw ServiceError(
        error.errorClass, "\(description.traits.name): \(error.message) (request \(requestID))", requestID: requestID,
        isLost: verb == .submit && error.mayHaveArrived, isUnreachable: !error.mayHaveArrived)
    }
  }

  /// With the headers that every request has, unless the description says others.
  func prepared(_ request: FilledRequest, _ requestID: String) -> HTTPRequest {
    var headers = request.headers
    func add(_ name: String, _ value: String) {
      guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
      headers.append((name, value))
    }
    add("Accept", "application/json")
    add("x-ms-client-request-id", requestID)
    if let body = request.body { add("Content-Type", body.type) }
    return HTTPRequest(request.method, request.url, headers: headers, body: request.body?.bytes)
  }

  func refusal(
    _ answer: Answer, _ row: Refusal?, _ verb: Verb, _ requestID: String, hiding secrets: [Secret]
  ) -> ServiceError {
    let status = answer.head.status
    // What no row names: the service's own faults may pass, ours will not.
    let isAway = verb == .fetch && (status == 404 || status == 410)
    let kind = row?.means.errorClass ?? (status >= 500 ? .again : isAway ? .gone : .never)
    var message = "\(status) \(Self.words(of: answer)) (request \(requestID))"
    for secret in secrets where !secret.isEmpty { message = message.replacing(secret.reveal(), with: "<secret>") }
    let wait: Duration? = row?.wait == nil ? nil : answer.head.retryAfter(now: WallClock().now)
    // A gateway's 5xx does not say whether the request went through; one that asks to come back later does.
    let isLost = verb == .submit && status >= 500 && (kind == .again || wait == nil)
    return ServiceError(kind, message, retryAfter: wait, status: status, requestID: requestID, isLost: isLost)
  }

  /// The service's own words: its error code and message, or the first line of a text.
  private static func words(of answer: Answer) -> String {
    if let error = answer.json?["error"] {
      let parts = [error["code"]?.string, error["message"]?.string].compactMap { $0 }
      if !parts.isEmpty { return shortened(parts.joined(separator: ": ")) }
      if let text = error.string { return shortened(text) }
    }
    let line = answer.start.split(whereSeparator: \.isNewline).first.map(String.init) ?? "without a reason"
    return line.hasPrefix("<") ? "with a page instead of JSON" : shortened(line)
  }

  private static func shortened(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 }.prefix(300))
  }
}
