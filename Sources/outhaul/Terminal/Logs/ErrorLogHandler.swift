// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Logging

/// Writes the log to standard error, a line for each event, above a view where one is shown.
struct ErrorLogHandler: LogHandler {
  var logLevel: Logger.Level = .warning
  var metadata: Logger.Metadata = [:]
  private let format: LogFormat

  init(format: LogFormat) { self.format = format }

  subscript(metadataKey name: String) -> Logger.Metadata.Value? {
    get { metadata[name] }
    set { metadata[name] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    // What a request is sent for.
    if let purpose = RequestPurpose.present {
      all["step"] = purpose.step.map { "\($0.rawValue)" }
      all["key"] = purpose.key.map { "\($0.hex)" }
      all["attempt"] = purpose.attempt.map { "\($0)" }
    }
    if let own = event.metadata { all.merge(own) { _, own in own } }
    let line = LogLine(
      at: WallClock().now, level: event.level, message: "\(event.message)", metadata: all,
      showsAll: logLevel == .trace)
    Console.error(line.written(as: format))
  }
}
