// SPDX-License-Identifier: Apache-2.0
import ExportReport
import ExportRun
import Foundation
import Synchronization

/// `events.ndjson` of a run that goes on: a line for each event and note once it is durable, written as many at once as became
/// durable at once. A run that is killed leaves what was written, perhaps with a last line that is not whole; at a run's end
/// the file is made again from the journal, with the same lines.
final class LiveEvents: Sendable {
  /// `nil` before the run has begun, and after something could not be written: the journal has it all the same.
  private let file = Mutex<FileHandle?>(nil)

  /// - Parameter folder: of the run; it is there.
  func begin(_ header: RunHeader, in folder: URL) {
    let url = folder.appendingPathComponent(ReportFormat.events.fileName)
    guard FileManager.default.createFile(atPath: url.path, contents: Data(EventLine.began(header))) else { return }
    let opened = try? FileHandle(forWritingTo: url)
    _ = try? opened?.seekToEnd()
    file.withLock { $0 = opened }
  }

  @Sendable func take(_ news: RunNews) {
    switch news {
    case .happened(let events): append(events.reduce(into: []) { $0 += EventLine.event($1) })
    case .noticed(let note): append(EventLine.note(note))
    case .began, .expects, .waits: return
    }
  }

  /// Nothing more comes.
  func end() {
    file.withLock { file in
      try? file?.close()
      file = nil
    }
  }

  private func append(_ bytes: [UInt8]) {
    file.withLock { file in
      guard file != nil, !bytes.isEmpty else { return }
      do { try file?.write(contentsOf: Data(bytes)) } catch { file = nil }
    }
  }
}
