// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import Logging

/// Lets tasks live: in the queue for a while, then running, a few of each app at once, then at an end. Everything is
/// in the store, so a restart goes on with what was open; a task that was running runs again under the same names.
final class TaskEngine: Sendable {
  private let store: CloudStore
  private let faults: Faults
  private let speed: Double
  private let runningPerApp: Int
  private let life: LocalCloudLife
  private let partSize: Int64
  private let spool: URL
  private let client: HTTPClient
  private let logger: Logger
  private let arrivals = AsyncStream.makeStream(of: CloudTask.self)
  /// Replaces the port of stored URLs that point at this cloud, which may have another since a restart.
  private let local: @Sendable (String) -> String

  init(
    store: CloudStore, faults: Faults, configuration: LocalCloudConfiguration, client: HTTPClient, logger: Logger,
    local: @escaping @Sendable (String) -> String
  ) {
    (self.store, self.faults, self.client, self.logger, self.local) = (store, faults, client, logger, local)
    (speed, runningPerApp) = (configuration.speed, configuration.runningPerApp)
    (life, partSize) = (configuration.life, configuration.partSize)
    spool = configuration.directory.appendingPathComponent("spool")
  }

  /// Takes a task that is in the store.
  func take(_ task: CloudTask) { arrivals.continuation.yield(task) }

  /// Runs until the calling task is cancelled.
  func run() async throws {
    let lanes = Lanes(perApp: runningPerApp)
    for task in try store.openTasks() { take(task) }
    await withDiscardingTaskGroup { group in
      for await task in arrivals.stream {
        // In order of arrival: the place in the app's queue is taken here, before anything runs side by side.
        let ticket = lanes.ticket(of: task.app)
        group.addTask { await self.live(task, lanes, ticket) }
      }
      group.cancelAll()
    }
  }

  private func live(_ task: CloudTask, _ lanes: Lanes, _ ticket: Int) async {
    var random = CloudRandom(store.seed, UInt64(bitPattern: Int64(task.id.hashValueStable)))
    let delay = random.seconds(life.startDelay)
    let length = random.seconds(life.runTime)
    do {
      let left = delay - Double(max(0, CloudTime.now - task.created)) / 1000 * speed
      try await pause(task.state == .started ? 0 : max(0, left))
      try await lanes.enter(task.app, ticket)
      defer { lanes.leave(task.app) }
      try store.set(task.id, .started)
      try await pause(length)
      if faults.draw(.task, among: [.vanish]) != nil { return try store.set(task.id, .vanished, completed: end(task)) }
      if let failure = failure(of: task) {
        return try store.set(task.id, .failed, completed: end(task), error: failure)
      }
      try await export(task)
    } catch
      where error is CancellationError || Task.isCancelled
    {
      // The store still says where it stood; the next start goes on.
    } catch let refusal as ContainerUploader.Refusal {
      try? store.set(task.id, .failed, completed: end(task), error: refusal.details)
    } catch {
      logger.error("the task \(task.id) broke: \(type(of: error))")
      try? store.set(task.id, .failed, completed: end(task), error: "InternalError: \(type(of: error))")
    }
  }

  /// Now, by a clock that the task was made by.
  private func end(_ task: CloudTask) -> Int64 { max(CloudTime.now, task.created) }

  private func failure(of task: CloudTask) -> String? {
    if let days = task.parameters.days, let most = faults.tooLarge(.task, days: days) {
      return "PeriodTooLarge: the period is too large: \(days) days, of which \(most) can be exported at once"
    }
    switch faults.draw(.task, among: [.failed, .expiredSAS]) {
    case .expiredSAS:
      return "AuthenticationFailed: storage answered 403: signature not valid in the specified time frame"
    case .failed: return "InternalError: the export ended early"
    default: return nil
    }
  }

  /// A century, in seconds.
  private static let longestPause: Double = 3_155_760_000

  /// Seconds of the task's life.
  private func pause(_ seconds: Double) async throws {
    try await Task.sleep(for: .milliseconds(Int64(min(seconds / speed, Self.longestPause) * 1000)))
  }

  private func export(_ task: CloudTask) async throws {
    let fault = faults.draw(.task, among: BadFiles.faults)
    let source = BadFiles.source(task, fault)
    if let first = source.parameters.firstDay, let last = source.parameters.lastDay {
      try await store.ensure(first...max(first, last), of: task.app)
    }
    let folder = spool.appendingPathComponent(task.id)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (isCSV, partSize) = (task.format == "CsvBlob", partSize)
    let written = try await store.export { db in
      let writer = PartWriter(folder: folder, isCSV: isCSV, limit: partSize)
      try writer.write(ExportRows(task: source, database: db), twice: fault == .duplicateRows)
      return writer.parts
    }
    let parts = try BadFiles.spoil(written, fault)
    try await pause(life.seconds(for: parts.reduce(0) { $0 + $1.bytes }))
    let uploader = try ContainerUploader(client: client, container: local(task.container))
    try await uploader.probe()
    let created = CloudTime.seconds(task.created).filter { $0 != "-" && $0 != ":" }
    let prefix = "\(task.type.lowercased())/\(created)-\(task.id)/"
    let type = isCSV ? "text/csv" : "application/json"
    for (index, part) in parts.enumerated() {
      try await uploader.upload(
        part.file, to: prefix + part.name, contentType: type, md5: part.md5, cut: fault == .truncated && index == 0)
    }
    let manifest = folder.appendingPathComponent("manifest.json")
    try manifestText(of: task, parts).write(to: manifest)
    try await uploader.upload(manifest, to: prefix + "manifest.json", contentType: "application/json", md5: "")
    try store.set(task.id, .succeeded, completed: end(task))
    if fault == .replaced, let part = try parts.first.map(BadFiles.longer) {
      try? await uploader.upload(part.file, to: prefix + part.name, contentType: type, md5: part.md5)
    }
  }

  /// With the app's name, which tells the task from others of the container.
  private func manifestText(of task: CloudTask, _ parts: [PartWriter.Part]) throws -> Data {
    var json: [String: Any] = [
      "taskId": task.id, "exportType": task.type, "exportFormat": task.format,
      "dateCreated": CloudTime.seconds(task.created),
      "parts": parts.map { ["name": $0.name, "bytes": $0.bytes, "rows": $0.rows, "md5": $0.md5] as [String: Any] },
    ]
    if let first = task.parameters.firstDay, let last = task.parameters.lastDay {
      json["startDate"] = CloudTime.date(ofDay: first)
      json["endDate"] = CloudTime.date(ofDay: last)
    }
    json["app"] = try store.name(of: task.app)
    return try JSONSerialization.data(withJSONObject: json, options: [.sortedKeys])
  }
}

extension String {
  /// The same for the same text in every process.
  var hashValueStable: Int { Int(truncatingIfNeeded: utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }) }
}
