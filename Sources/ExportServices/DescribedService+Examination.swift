// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

// What can be found out of a service without making a task.
extension DescribedService {
  /// Gets what proves who asks, and sends nothing to the service itself. May be called again.
  /// - Returns: what was got, such as a token; empty when requests need no proof.
  /// - Throws: `ServiceError`: `.login` when the credential is refused.
  public func prove() async throws -> [Secret] { try await proof.prove(HTTPRequest("GET", base)).secrets }

  /// Of several ways to prove who asks the one that was gone last; `nil` where there is one way only.
  public var wayOfProof: String? { get async { await proof.way } }

  /// Whether it has a list of tasks.
  public var hasList: Bool { description.list != nil }

  /// Reads the first page of an app's tasks.
  /// - Returns: how many are on it.
  /// - Throws: `ServiceError`.
  public func firstPage(of app: [String: JSONValue]) async throws -> Int {
    guard let rule = description.list else { throw ServiceError(.never, "the service has no list of tasks") }
    var count = 0
    _ = try await read(rule, scope(ofApp: app), pages: 1) { tasks in
      count = tasks.count
      return false
    }
    return count
  }

  /// How many calls the service says are left; `nil` when it does not say.
  public func remaining(in response: HTTPResponse) -> Int? { description.remaining?.count(in: Answer(response)) }
}
