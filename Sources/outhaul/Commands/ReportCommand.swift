// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct ReportCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make the report of a run again, in any format.",
    discussion: """
      The report is folded from the journal: of a run that has ended it is byte for byte the one that the run wrote. A run \
      that goes on or was killed is told as far as it got.

      """ + ExitStatus.help)

  @Argument(help: ArgumentHelp("The run, or how its name begins; last: the newest.", valueName: "run"))
  var id = Self.last

  @OptionGroup var place: StateOptions

  @Option(
    help: "The format: text, \(ReportFormat.all.map(\.name).joined(separator: ", ")).",
    completion: .list(["text"] + ReportFormat.all.map(\.name)))
  var format: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write the report to a file instead of standard output.", valueName: "file"), completion: .file()
  )
  var out: String?

  @Option(
    help: ArgumentHelp("The run's plan, when its folder is gone.", valueName: "plan.json"),
    completion: .file(extensions: ["json"]))
  var plan: String?

  @OptionGroup var traces: TraceOptions

  @OptionGroup var common: CommonOptions

  private static let last = "last"

  func validate() throws {
    guard let format else { return }
    guard format == "text" || known(format) != nil else {
      let names = ReportFormat.all.map(\.name).joined(separator: ", ")
      throw ValidationError("--format '\(format)' is none: expected text, \(names)")
    }
    guard common.output == .text || format == "json" else {
      throw ValidationError("--output json is --format json; give one of them")
    }
  }

  func run() async throws {
    let file = out.map { ReportFile($0) }
    try file?.refuseOther("--out", state: place.directory)
    let report = try RunReport(
      of: id == Self.last ? nil : id, state: place.directory, plan: try plan.map { try PlanFile(reading: $0) })
    let name = format ?? (common.output == .json ? "json" : "text")
    let write = { (sink: @escaping ReportFormat.Sink) in
      guard let format = known(name) else { return try sink(Array((report.summary() + "\n").utf8)) }
      try format.write(report, to: sink)
    }
    if let file, let out {
      do { try file.write(write) } catch { throw ProjectError.unwritable(path: out, reason: FileProblem.reason(error)) }
    } else {
      try write { Console.bytes($0) }
    }
    do {
      try await traces.send(report, logger: common.logger)
    } catch {
      // Said in words alone: the report stands where a document of the failure would.
      Console.error("error: \(error)")
      throw StatusError(status: ExitStatus(of: error) ?? .internalFault)
    }
  }

  private func known(_ name: String) -> ReportFormat? { ReportFormat.all.first { $0.name == name } }
}
