// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Logging

/// A line at `debug` for each exchange: method, host, path, status, how long it took, and the names that both sides have for
/// it. What stands behind the question mark, and every header and body, is left out; of a link, host and path as well.
struct ExchangeLog: Sendable {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func answered(_ request: HTTPRequest, _ head: HTTPHead, after took: Duration) {
    guard logger.logLevel <= .debug else { return }
    var metadata = about(request, took)
    metadata["status"] = "\(head.status)"
    if let there = RequestNames.there(head), metadata["request_id"] != "\(there)" { metadata["there"] = "\(there)" }
    logger.debug("answered", metadata: metadata)
  }

  func failed(_ request: HTTPRequest, _ error: TransportError, after took: Duration) {
    guard logger.logLevel <= .debug else { return }
    var metadata = about(request, took)
    // What is said of a link names its host.
    metadata["error"] = request.isLink ? "\(error.kind)" : "\(error.message)"
    logger.debug("no answer", metadata: metadata)
  }

  // MARK: Parts

  private func about(_ request: HTTPRequest, _ took: Duration) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["method": "\(request.method)", "took_ms": "\(took.milliseconds)"]
    if !request.isLink, let parts = URLParts(request.url) {
      metadata["host"] = "\(parts.authority)"
      metadata["path"] = "\(parts.path)"
    }
    if let id = RequestNames.own(request) { metadata["request_id"] = "\(id)" }
    return metadata
  }
}
