// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

extension ServiceCommand {
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Check service descriptions whole, and tell every problem with its place. No network.",
      discussion: ExitStatus.help)

    @Argument(help: "Descriptions.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Option(help: "Print results as text, as JSON, or as SARIF 2.1.0 for editors and code hosts.")
    var output: ValidateCommand.Output = .text

    @OptionGroup var logging: LoggingOptions

    func run() throws {
      var checked: [CheckedDescription] = []
      var unreadable: [String] = []
      for path in files {
        do { checked.append(try CheckedDescription(path: path)) } catch let error as ProjectError {
          unreadable.append("\(error)")
        }
      }
      var diagnostics = DiagnosticList()
      for description in checked { diagnostics.add(contentsOf: description.diagnostics) }
      let sorted = diagnostics.sorted(files: checked.map(\.file))
      let error = unreadable.isEmpty ? nil : unreadable.joined(separator: "; ")
      switch output {
      case .json: Console.line(DiagnosticsJSON(sorted, jobs: nil, error: error).text)
      case .sarif: Console.line(DiagnosticsSARIF(sorted, version: Outhaul.version, error: error).text)
      case .text: tell(checked, sorted)
      }
      for error in unreadable { Console.error("error: \(error)") }
      guard unreadable.isEmpty, checked.allSatisfy({ $0.sheet != nil }) else { throw StatusError(status: .invalid) }
    }

    private func tell(_ checked: [CheckedDescription], _ diagnostics: DiagnosticList) {
      if !diagnostics.isEmpty { Console.error(diagnostics.text()) }
      for description in checked where description.isManifest {
        Console.error("'\(description.path)' looks like a manifest: outhaul validate \(description.path)")
      }
      for description in checked {
        guard let sheet = description.sheet else { continue }
        let datasets = Count.words(sheet.traits.datasets.count, "dataset")
        Console.line(
          "\(description.path): valid, \(sheet.traits.name) revision \(sheet.traits.revision), \(datasets), "
            + "recovery \(sheet.traits.recovery.rawValue)")
      }
    }
  }
}
