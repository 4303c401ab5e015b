// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// A service as a description tells it: checked whole, with its templates taken apart, before any request is made.
public struct ServiceDescription: Sendable {
  public let traits: ServiceTraits
  /// One line about the service.
  public let title: String
  let formats: [String: String]
  let auth: AuthRule
  let datasets: [String: DatasetRule]
  let submit: RequestTemplate
  let submitStatuses: Set<Int>
  /// `nil`: we chose it.
  let taskID: Pick?
  let poll: RequestTemplate
  /// Where the answer to a poll has the task; `nil`: it is the whole body.
  let pollTask: Pick?
  /// The answer's word on when to look again.
  let obey: Pick?
  let state: StateRule
  let facts: [String: Pick]
  let refusals: [Refusal]
  /// How many calls the service says are left.
  let remaining: Pick?
  let list: TaskListRule?
  let recovery: RecoveryRule
  let cancel: CancelRule?
  let result: ResultRule
  /// How apps are found, when the service can tell.
  let catalogue: CatalogueRule?

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
