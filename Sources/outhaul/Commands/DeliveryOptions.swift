// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Logging

/// Where a report goes besides the run's folder. Nothing of this makes a run fail.
struct DeliveryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the run's metrics here as well, whole at once: a file in .prom of the node exporter's textfile collector.",
      valueName: "file"), completion: .file(extensions: ["prom"]))
  var metricsFile: String?

  @OptionGroup var traces: TraceOptions

  /// Before anything is done.
  /// - Throws: `ValidationError` when a file would be written over that is no report.
  func refuse(besides project: Project?, state: URL) throws {
    guard let metricsFile else { return }
    try ReportFile(metricsFile).refuseOther("--metrics-file", besides: project, state: state)
  }

  /// - Parameters:
  ///   - report: of a run that has ended; it is on disk.
  ///   - say: told what did not work.
  func deliver(_ report: RunReport, logger: Logger, say: Saying) async {
    if let metricsFile {
      do {
        try ReportFile(metricsFile).write(within: .seconds(10)) {
          try ReportFormat.prometheus.write(report, to: $0)
        }
      } catch {
        say("warning: the metrics are not in '\(metricsFile)': \(FileProblem.reason(error))")
      }
    }
    do {
      try await traces.send(report, logger: logger)
    } catch {
      say("warning: --otlp-endpoint: \(error)")
    }
  }
}

/// Where traces are sent.
struct TraceOptions: ParsableArguments {
  /// As OpenTelemetry has it: `name=value,name=value`.
  private static let headersVariable = "OTEL_EXPORTER_OTLP_HEADERS"

  @Option(
    help: ArgumentHelp(
      "Send the run as a trace to a collector of OpenTelemetry, as OTLP/JSON over HTTP to URL/v1/traces, with the headers "
        + "of OTEL_EXPORTER_OTLP_HEADERS.", valueName: "url"))
  var otlpEndpoint: String?

  func validate() throws {
    do {
      _ = try endpoint()
    } catch TraceEndpoint.Problem.address {
      throw ValidationError("--otlp-endpoint: \(TraceEndpoint.Problem.address)")
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// - Throws: `TraceEndpoint.Problem`.
  func send(_ report: RunReport, logger: Logger) async throws {
    try await endpoint()?.send(report, environment: ProcessInfo.processInfo.environment, logger: logger)
  }

  private func endpoint() throws -> TraceEndpoint? {
    try otlpEndpoint.map { try TraceEndpoint($0, headers: ProcessInfo.processInfo.environment[Self.headersVariable]) }
  }
}
