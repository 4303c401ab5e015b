// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Foundation
import Synchronization

/// The requests of a trial, made and not sent. No secret is needed: a mask stands in place of each.
public struct DryTrial: Sendable {
  public struct Request: Sendable {
    /// What it is for, such as `submit`.
    public var purpose: String
    /// Always `.sent`.
    public var event: WatchedEvent
  }

  /// What stands for the id that the service would give.
  public static let task = "TASK-ID"

  let subject: TrialSubject
  let folder: URL

  public init(_ subject: TrialSubject, folder: URL) { (self.subject, self.folder) = (subject, folder) }

  /// In the order in which a run would send them first. Of a submit of several steps the first.
  /// - Throws: `ProjectError`; `ServiceError` when the description cannot make the submit.
  public func requests() async throws -> [Request] {
    let description = try DescriptionLoader(folder: folder).load(subject.service.use).description
    let traits = description.traits
    let mask = Secret(ServiceDescription.hiddenAddress)
    let transport = UnsentTransport()
    let service = DescribedService(
      description: description, base: subject.service.base, parameters: subject.service.parameters,
      secrets: Dictionary(traits.secrets.map { ($0.name, mask) }) { first, _ in first },
      proof: MaskedProof(isNeeded: traits.proof != .none), transport: transport)
    let reference = subject.reference(Self.task)
    _ = try await transport.made("submit") { _ = try await service.submit(subject.order(delivery: mask)) }
    guard transport.requests.count == 1 else { throw ServiceError(.never, "the submit makes no request") }
    try await transport.made("look") { _ = try await service.poll(reference) }
    if traits.listPage != nil { try await transport.made("list") { _ = try await service.poll([reference]) } }
    if [.marked, .single, .lookalike].contains(traits.recovery) {
      try await transport.made("recover") { _ = try await service.find(subject.lookup(since: WallClock().now)) }
    }
    if traits.delivery == .fetched {
      let status = TaskStatus(.succeeded)
      try await transport.made("fetch") {
        try await service.source(of: reference, status: status).files { _, _ in }
      }
    }
    if traits.canCancel { try await transport.made("cancel") { _ = try await service.cancel(reference) } }
    if traits.tidies { try await transport.made("tidy") { try await service.tidy(reference) } }
    return transport.requests
  }
}

/// Keeps requests instead of sending them.
private final class UnsentTransport: HTTPTransport {
  private let state = Mutex<(purpose: String, requests: [DryTrial.Request])>(("", []))

  var requests: [DryTrial.Request] { state.withLock { $0.requests } }

  /// The first request of what the body asks for. What cannot be made is told by a request that is missing.
  func made(_ purpose: String, _ body: () async throws -> Void) async throws {
    state.withLock { $0.purpose = purpose }
    do { try await body() } catch let error as ServiceError where !error.isUnreachable && purpose == "submit" {
      throw error
    } catch is ServiceError {
      // Nobody was asked, as was wanted.
    }
  }

  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse { throw keep(request) }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value { throw keep(request) }

  private func keep(_ request: HTTPRequest) -> TransportError {
    let body = request.body.flatMap { bytes in WatchedBody(bytes, bytes: bytes.count) { $0 } }
    state.withLock { state in
      guard state.requests.last?.purpose != state.purpose else { return }
      state.requests.append(
        DryTrial.Request(
          purpose: state.purpose,
          event: .sent(method: request.method, url: request.url, headers: request.headers, body: body)))
    }
    return TransportError(.unreachable, "nothing is sent")
  }
}

private struct MaskedProof: RequestProof {
  let isNeeded: Bool

  func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    guard isNeeded else { return ProvenRequest(request) }
    var proven = request
    proven.headers.append(("Authorization", ServiceDescription.hiddenAddress))
    return ProvenRequest(proven)
  }

  func refused(_ request: ProvenRequest) async -> Bool { false }
}
