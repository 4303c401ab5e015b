// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A second task is made after a deadline only where the first one can be stopped: there would be two.
struct StopsConfirmed: ManifestRule {
  static let code = "M116"
  static let title = "'resubmit' at a service that stops no task"
  static let explanation =
    """
    After a deadline 'then: resubmit' has the service stop the task, and makes another once that is confirmed. A service \
    whose description has no way to stop a task can confirm nothing, and the first task might still bring files.
    """
  static let fix =
    "Write 'then: abandon', or leave it out: the job is given up in this run, and the next run looks at its task first."
  static let example = DiagnosticCode.Example(
    ExampleText.exports("timeouts: {total: 6h, then: resubmit}"),
    fixed: ExampleText.exports("timeouts: {total: 6h, then: abandon}"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    // What `defaults` say is told once for each service.
    var told: [(place: SourcePlace, service: String)] = []
    for export in input.manifest.exports where export.timeouts.then == .resubmit {
      guard let place = export.thenPlace, let traits = input.traits(of: export), !traits.canCancel else { continue }
      let service = export.service.value
      guard !told.contains(where: { $0.place == place && $0.service == service }) else { continue }
      told.append((place, service))
      tell(
        &problems, "'\(service)' cannot stop a task, and 'resubmit' needs that", at: place,
        help: "write 'abandon': the next run looks at the task first",
        related: [Diagnostic.Related("the export '\(export.name.value)' asks it", at: export.service.place)])
    }
  }
}
