// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

/// A command whose output machines read: when it fails before it has any, a document says so in its place.
protocol AnswersMachines: ParsableCommand {
  var common: CommonOptions { get }
}

/// What kept a command from its work, for machines: the document of `validate --output json`, with `error` for what is
/// no mistake of a file.
struct FailureJSON {
  let text: String

  /// `nil` for what is said in words alone: mistakes of the command line, and what was already told.
  init?(_ error: any Error) {
    switch error {
    case is StatusError, is ValidationError: return nil
    case ProjectError.invalid(let diagnostics): text = DiagnosticsJSON(diagnostics, jobs: nil).text
    default:
      guard ExitStatus(of: error) != nil else { return nil }
      text = DiagnosticsJSON(DiagnosticList(), jobs: nil, error: "\(error)").text
    }
  }
}
