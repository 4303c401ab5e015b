// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// A service as a description tells it: checked whole, with its templates taken apart, before any request is made.
public struct ServiceDescription: Sendable {
  public let traits: ServiceTraits
  /// One line about the service.
  public let title: String
  /// Where its documentation is.
  public internal(set) var docs: String?
  /// The service has answered nobody since that day.
  public internal(set) var retired: CivilDate?
  /// How long the service remembers.
  public internal(set) var keeps = KeepRule()
  package let formats: [String: String]
  package let auth: AuthRule
  package let datasets: [String: DatasetRule]
  package let submit: SubmitRule
  package let poll: RequestTemplate
  /// Where the answer to a poll has the task; `nil`: it is the whole body.
  package let pollTask: Pick?
  /// The answer's word on when to look again.
  package let obey: Pick?
  package let state: StateRule
  package let facts: [String: Pick]
  package let refusals: [Refusal]
  /// How many calls the service says are left.
  package let remaining: Pick?
  package let list: TaskListRule?
  package let recovery: RecoveryRule
  package let cancel: TaskCallRule?
  package let tidy: TaskCallRule?
  package let result: ResultRule
  /// How apps are found, when the service can tell.
  package let catalogue: CatalogueRule?
  /// Bodies may be XML.
  package let readsXML: Bool

  /// Reads and checks a description.
  /// - Returns: no description when there is an error among the diagnostics.
  public static func load(_ file: SourceFile) -> (description: ServiceDescription?, diagnostics: DiagnosticList) {
    let (root, problems) = YAMLReader.read(file)
    guard let root else { return (nil, problems) }
    var reader = DescriptionReader(file, problems)
    let description = reader.read(root)
    return (reader.problems.hasErrors ? nil : description, reader.problems)
  }
}

/// `keeps:` How long a service remembers, as it says itself; `nil`: it does not say.
public struct KeepRule: Sendable, Equatable {
  /// It can still tell of a task that old.
  public var job: Duration?
  /// A task's files are there that long.
  public var result: Duration?
}
