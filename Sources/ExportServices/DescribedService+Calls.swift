// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

extension DescribedService {
  func fill(_ template: RequestTemplate, _ scope: Scope) throws -> FilledRequest {
    if let baseProblem { throw baseProblem }
    var scope = scope
    scope.secrets = secrets
    return try description.fill(template, base: base, scope)
  }

  /// Sends a request, with a fresh token once when the first is refused, and sorts out what is no good answer.
  /// - Parameters:
  ///   - statuses: good ones beside those from 200 to 299.
  ///   - secret: never repeated in an error, even when the service does.
  ///   - makesTask: an answer that is lost may have made a task.
  func call(
    _ request: FilledRequest, _ verb: Verb, alsoGood statuses: Set<Int> = [], secret: Secret? = nil,
    makesTask: Bool = false
  ) async throws -> (Answer, requestID: String) {
    let requestID = RequestID.next()
    let sending = Sending(
      requestID: requestID, makesTask: makesTask, hidden: [secret].compactMap { $0 } + secrets.values)
    var (answer, proven) = try await send(request, sending)
    if answer.head.status == 401, await proof.refused(proven) { (answer, proven) = try await send(request, sending) }
    answer.hidden = sending.hidden + proven.secrets
    let isGood = (200..<300).contains(answer.head.status)
    if !isGood, statuses.contains(answer.head.status) { return (answer, requestID) }
    let row = description.refusal(of: answer, verb)
    if isGood && row == nil || row?.means == .exists { return (answer, requestID) }
    throw refusal(
      answer, row, verb, requestID, hiding: answer.hidden, makesTask: makesTask)
  }

  /// One request on its way, as errors tell of it.
  private struct Sending {
    var requestID: String
    var makesTask: Bool
    var hidden: [Secret]
  }

  private func send(_ request: FilledRequest, _ sending: Sending) async throws -> (Answer, ProvenRequest) {
    let proven = try await proved(request, sending.requestID, hiding: sending.hidden)
    do {
      return (Answer(try await transport.send(proven.request), readsXML: description.readsXML), proven)
    } catch let error as TransportError {
      let message = Redaction(sending.hidden + proven.secrets)(error.message)
      throw ServiceError(
        error.errorClass, "\(description.traits.name): \(message) (request \(sending.requestID))",
        requestID: sending.requestID, isLost: sending.makesTask && error.mayHaveArrived,
        isUnreachable: !error.mayHaveArrived)
    }
  }

  /// The request with what proves who sends it. What cannot be made here was never a request, and has no id of one.
  func proved(_ request: FilledRequest, _ requestID: String, hiding secrets: [Secret]) async throws -> ProvenRequest {
    do {
      return try await proof.prove(prepared(request, requestID))
    } catch var error as ServiceError {
      if error.requestID == nil, error.kind != .never { error.requestID = requestID }
      error.message = Redaction(secrets)(error.message)
      throw error
    }
  }

  /// With the headers that every request has, unless the description says others.
  func prepared(_ request: FilledRequest, _ requestID: String) -> HTTPRequest {
    var headers = request.headers
    func add(_ name: String, _ value: String) {
      guard !headers.contains(where: { HTTPHead.isSame($0.name, name) }) else { return }
      headers.append((name, value))
    }
    add("Accept", description.readsXML ? "application/json, application/xml" : "application/json")
    add("x-ms-client-request-id", requestID)
    if let body = request.body { add("Content-Type", body.type) }
    return HTTPRequest(request.method, request.url, headers: headers, body: request.body?.bytes)
  }

  func refusal(
    _ answer: Answer, _ row: Refusal?, _ verb: Verb, _ requestID: String, hiding secrets: [Secret],
    makesTask: Bool = false
  ) -> ServiceError {
    var answer = answer
    answer.hidden += secrets
    let status = answer.head.status
    // What no row names: the service's own faults may pass, ours will not.
    let isAway = verb == .fetch && (status == 404 || status == 410)
    // One that leads elsewhere is a gateway's: what was asked for was not answered.
    let leadsAway = (300..<400).contains(status)
    let kind = row?.means.errorClass ?? (status >= 500 || leadsAway ? .again : isAway ? .gone : .never)
    let wait = row?.wait?.wait(in: answer, now: now())
    // A gateway's 5xx does not say whether the request went through, nor does what leads elsewhere (307 and 308 do:
    // the same is to be sent there); one that asks to come back later does.
    let saysNothing = status >= 500 || leadsAway && row == nil && status < 307
    let isLost = makesTask && saysNothing && (kind == .again || wait == nil)
    var error = ServiceError(
      kind, Redaction(secrets)("\(status) \(answer.words) (\(answer.head.reference(requestID)))"), retryAfter: wait,
      status: status,
      requestID: requestID, isLost: isLost)
    error.remaining = description.remaining?.count(in: answer)
    return error
  }

  /// An answer that is none to what was asked.
  func unreadable(
    _ what: String, _ answer: Answer, _ requestID: String, as kind: ErrorClass = .again, isLost: Bool = false
  ) -> ServiceError {
    var answer = answer
    answer.hidden += secrets.values
    let words = answer.errorWords.map { ": \($0)" } ?? ""
    var error = ServiceError(
      kind, Redaction(answer.hidden)("\(what)\(words) (\(answer.head.reference(requestID)))"),
      status: answer.head.status,
      requestID: requestID, isLost: isLost)
    error.remaining = description.remaining?.count(in: answer)
    return error
  }
}

extension ServiceDescription {
  /// The row that fits an answer.
  package func refusal(of answer: Answer, _ verb: Verb) -> Refusal? { refusals.first { $0.fits(answer, verb) } }
}
