// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation
import Synchronization

/// `live.json` beside the state: what a run that goes on waits for, for `status`. Written over at most once a second, gone
/// when the run has ended; a reader that finds none, or an old one, knows less and nothing wrong.
final class LiveWriter: Sendable {
  private let url: URL
  private let run = Mutex<String?>(nil)

  init(directory: URL) { url = directory.appendingPathComponent(LiveFile.name) }

  @Sendable func take(_ news: RunNews) {
    switch news {
    case .began(let header): run.withLock { $0 = header.id }
    case .waits(let outlook):
      guard let id = run.withLock({ $0 }) else { return }
      // What cannot be written is only not shown.
      try? Data(Self.json(outlook, run: id).canonicalBytes).write(to: url, options: .atomic)
    case .expects, .happened, .noticed: return
    }
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  private static func json(_ outlook: Outlook, run: String) -> JSONValue {
    func instants(_ table: [String: Instant]) -> JSONValue {
      .object(table.mapValues { .string($0.description) })
    }
    let counts = outlook.counts.map { ($0.key.rawValue, JSONValue.int(Int64($0.value))) }
    return .object(
      [
        "live": 1, "at": .string(outlook.at.description), "run": .string(run),
        "waiting": .object(Dictionary(uniqueKeysWithValues: counts)),
        "next_poll": outlook.looks.first.map { .string($0.at.description) },
        "polls": .array(
          outlook.looks.map { ["at": .string($0.at.description), "job": .string($0.title)] }),
        "paused": instants(outlook.paused), "spent": instants(outlook.spent),
        "unanswered": instants(outlook.unanswered),
        "services": .array(outlook.gauges.map(\.json)),
      ].compactMapValues { $0 })
  }
}
