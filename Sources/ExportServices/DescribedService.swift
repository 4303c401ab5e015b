// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// A service that does what its description says.
public struct DescribedService: ExportService {
  /// Pages of one list that are read at most.
  static let pageLimit = 2000
  /// Tasks are looked for back to this long before their intent: the clocks of two machines differ.
  static let clockSkew: Duration = .seconds(900)
  /// Pages of others' tasks that are read for ours when many are looked at.
  static let otherPages = 2

  let description: ServiceDescription
  let base: String
  /// Why the base cannot be used: every request is refused with it.
  let baseProblem: ServiceError?
  let parameters: [String: JSONValue]
  let secrets: [String: Secret]
  let proof: any RequestProof
  let transport: any HTTPTransport
  let now: @Sendable () -> Instant

  /// - Parameters:
  ///   - base: without a slash at its end, with holes for parameters where the description has some; requests go nowhere
  ///     else.
  ///   - parameters: those of the service; those of apps come with each call.
  ///   - secrets: that the description asks for, by its own names.
  public init(
    description: ServiceDescription, base: String, parameters: [String: JSONValue], secrets: [String: Secret] = [:],
    proof: any RequestProof, transport: any HTTPTransport, now: @escaping @Sendable () -> Instant = { WallClock().now }
  ) {
    (self.description, self.parameters, self.secrets) = (description, parameters, secrets)
    (self.proof, self.transport, self.now) = (proof, transport, now)
    do {
      (self.base, baseProblem) = (try ServiceDescription.filled(base, parameters), nil)
    } catch {
      (self.base, baseProblem) = (base, error)
    }
  }

  /// As above, with a bearer token.
  public init(
    description: ServiceDescription, base: String, parameters: [String: JSONValue], tokens: any TokenSource,
    transport: any HTTPTransport
  ) {
    self.init(
      description: description, base: base, parameters: parameters, proof: BearerProof(tokens), transport: transport)
  }

  public var traits: ServiceTraits { description.traits }

  public func poll(_ task: TaskReference) async throws -> TaskStatus {
    let seen = try await look(at: task)
    if seen.isMade { try await finish(task) }
    return seen.status
  }

  /// As `poll`, and nothing is sent that would set the task going.
  func look(at task: TaskReference) async throws -> SeenTask {
    let (answer, requestID) = try await call(
      try fill(description.poll, scope(of: task)), .poll, alsoGood: description.state.statuses)
    return try seen(in: answer, requestID: requestID)
  }

  public func tidy(_ task: TaskReference) async throws {
    guard let rule = description.tidy else { return }
    do {
      let (answer, requestID) = try await call(try fill(rule.call, scope(of: task)), .tidy, alsoGood: rule.statuses)
      guard rule.statuses.contains(answer.head.status) else {
        throw unreadable("the answer to the tidying has the status \(answer.head.status)", answer, requestID)
      }
    } catch let error as ServiceError where error.isAbsence {
      // It is away already.
    }
  }

  // MARK: Parts

  /// What requests about an app's tasks may name.
  func scope(ofApp app: [String: JSONValue]) -> Scope {
    Scope(parameters: parameters, app: description.traits.appParameters.applied(to: app))
  }

  func scope(of task: TaskReference) -> Scope {
    var scope = scope(ofApp: task.appParameters)
    scope.task = ["id": task.id]
    return scope
  }
}
