// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension TraceEndpoint.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .address: "expected an http or https address such as http://127.0.0.1:4318, without user and query"
    case .header(let number): "part \(number) of OTEL_EXPORTER_OTLP_HEADERS is no name=value"
    case .unreachable(let reason): "the traces were not taken: \(reason)"
    case .refused(let status): "the traces were not taken: the collector answers \(status)"
    case .partly(let rejected, let reason):
      "the collector has left out \(Count.words(rejected, "span"))" + (reason.isEmpty ? "" : ": \(reason)")
    }
  }
}
