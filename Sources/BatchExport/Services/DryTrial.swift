// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Foundation

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

  /// In the order in which a run would send them first: every request of a submit, then one of each kind. What stands in
  /// for an answer has its name in it.
  /// - Throws: `ProjectError`; `ServiceError` when the description cannot make the submit.
  public func requests() async throws -> [Request] {
    let description = try DescriptionLoader(folder: folder).load(subject.service.use).description
    let traits = description.traits
    let transport = UnsentTransport()
    let service = try DescribedService(
      description: description, base: subject.service.base, parameters: subject.service.parameters,
      secrets: MaskedProof.secrets(of: traits), proof: proof(of: description, transport), transport: transport)
    let order = subject.order(delivery: Secret(Redaction.mask))
    let reference = subject.reference(service.chosenID(of: order) ?? Self.task)
    transport.purpose = "token"
    let submits = try await service.submission(of: order, task: Self.task)
    for request in submits { transport.keep(request, for: "submit") }
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

  private func proof(of description: ServiceDescription, _ transport: UnsentTransport) throws -> any RequestProof {
    let service = subject.service
    return try MaskedProof.proof(
      of: description, base: ServiceDescription.filled(service.base, service.parameters),
      parameters: service.parameters, hasCredential: service.credential != .none, transport: transport)
  }
}
