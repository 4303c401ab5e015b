// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

struct ValidateCommand: ParsableCommand {
  /// How problems are printed.
  enum Output: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif
  }

  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a manifest, and tell every problem with its place. No network.",
    discussion: """
      For each export whose zone has changes of the clock, the windows of the next twelve months that one touches are \
      listed: which are shorter or longer, and which begin in a gap or a fold.

      """ + ExitStatus.help)

  @OptionGroup var input: ManifestOptions
  @OptionGroup var selection: SelectionOptions

  @Option(help: "Print results as text, as JSON, or as SARIF 2.1.0 for editors and code hosts.")
  var output: Output = .text

  @OptionGroup var logging: LoggingOptions

  func run() throws {
    do {
      let project = try input.project()
      let asOf = input.asOf?.instant ?? WallClock().now
      let clocks = project.manifest.clockChanges(asOf: asOf)
      guard !project.awaitsServices else {
        try project.checkOffline(asOf: asOf)
        return report(project.diagnostics, jobs: nil, awaited: project.awaited, clocks: clocks)
      }
      let (whole, remarks) = try project.expanded(asOf: asOf)
      let plan = try selection.select(from: whole, state: input.stateDirectory(nil))
      var diagnostics = project.diagnostics
      diagnostics.add(contentsOf: remarks)
      diagnostics.add(contentsOf: project.manifest.unsendable(clocks, traits: project.traits))
      report(
        diagnostics.sorted(files: [project.manifest.file]), jobs: plan.jobs.count, clocks: clocks)
    } catch ProjectError.invalid(let diagnostics) where output != .text {
      report(diagnostics, jobs: nil)
      throw StatusError(status: .invalid)
    } catch let error as ProjectError where output != .text {
      // In words as well: what is wrong is not in the manifest.
      switch output {
      case .sarif: Console.line(DiagnosticsSARIF(DiagnosticList(), version: Outhaul.version, error: "\(error)").text)
      case .json, .text: Console.line(DiagnosticsJSON(DiagnosticList(), jobs: nil, error: "\(error)").text)
      }
      throw error
    }
  }

  private func report(_ diagnostics: DiagnosticList, jobs: Int?, awaited: [String] = [], clocks: [ClockChanges] = []) {
    switch output {
    case .json: Console.line(DiagnosticsJSON(diagnostics, jobs: jobs, awaited: awaited, clocks: clocks).text)
    case .sarif: Console.line(DiagnosticsSARIF(diagnostics, version: Outhaul.version).text)
    case .text:
      if !diagnostics.isEmpty { Console.error(diagnostics.text()) }
      if let jobs { Console.line("\(input.manifest): valid, \(Count.words(jobs, "job"))") }
      if !awaited.isEmpty {
        let unasked = awaited.joined(separator: ", ")
        Console.line("\(input.manifest): valid as far as can be told without asking for \(unasked)")
      }
      for changes in clocks { Console.line(changes.text) }
    }
  }
}
