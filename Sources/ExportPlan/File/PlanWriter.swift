// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Writes a plan's bytes piece by piece. Members stand in the order of their names, which this file keeps by hand.
struct PlanWriter<Failure: Error> {
  typealias Sink = (UnsafeRawBufferPointer) throws(Failure) -> Void

  private let plan: Plan
  private let sink: Sink
  private var json = JSONWriter(capacity: PlanWriter.pieceSize * 2)
  /// Bytes gathered before they are handed over.
  private static var pieceSize: Int { 1 << 16 }

  /// - Parameter sink: takes the bytes, in pieces of about 64 KiB.
  init(_ plan: Plan, to sink: @escaping Sink) { (self.plan, self.sink) = (plan, sink) }

  /// - Parameters:
  ///   - digest: what the file says of itself; `nil` leaves the member out.
  ///   - hasJobs: without them, the lines of jobs are left out.
  mutating func write(digest: Digest?, jobs hasJobs: Bool = true) throws(Failure) {
    json.beginObject()
    try list("apps", plan.apps) { $0.app($1) }
    json.newline()
    json.member("as_of", plan.asOf.description)
    try list("destinations", plan.destinations) { $0.destination($1) }
    if let digest {
      json.newline()
      json.member("digest", digest.description)
    }
    try list("exports", plan.exports) { $0.export($1) }
    try list("gates", plan.gates) { $0.json.string($1.name) }
    try list("inputs", plan.inputs) { $0.input($1) }
    try jobs(hasJobs ? plan.jobs.indices : 0..<0)
    json.newline()
    json.member("name", plan.name)
    // Plans without any keep their bytes.
    if !plan.notifications.isEmpty { try list("notify", plan.notifications) { $0.json.value($1.json) } }
    json.newline()
    json.member("plan", PlanFile.version)
    json.newline()
    json.member("secrets", .object(plan.secrets.mapValues(\.json)))
    try list("services", plan.services) { $0.service($1) }
    try list("windows", PlannedWindow.all(of: plan)) { $0.window($1) }
    json.closingNewline()
    json.endObject()
    json.closingNewline()
    try flush()
  }

  private mutating func flush() throws(Failure) { try hand(json.take()) }

  private func hand(_ bytes: [UInt8]) throws(Failure) {
    // `withUnsafeBytes` knows nothing of typed errors.
    let result = bytes.withUnsafeBytes { piece -> Result<Void, Failure> in
      do throws(Failure) {
        try sink(piece)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private mutating func list<Element>(
    _ name: String, _ elements: some Collection<Element>, _ write: (inout PlanWriter, Element) -> Void
  ) throws(Failure) {
    json.newline()
    json.key(name)
    json.beginArray()
    for element in elements {
      json.newline()
      write(&self, element)
      if json.bytes.count > Self.pieceSize { try flush() }
    }
    if !elements.isEmpty { json.closingNewline() }
    json.endArray()
  }

  /// Put together from texts that many jobs share.
  private mutating func jobs(_ indices: Range<Int>) throws(Failure) {
    json.newline()
    json.key("jobs")
    json.beginArray()
    var bytes = json.take()
    var lines = indices.isEmpty ? nil : JobLines(plan)
    for job in indices {
      lines?.append(job, to: &bytes)
      if bytes.count > Self.pieceSize {
        try hand(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try hand(bytes)
    if !plan.jobs.isEmpty { json.closingNewline() }
    json.endArray()
  }

  // MARK: Elements

  private mutating func app(_ app: PlannedApp) {
    json.beginObject()
    if !app.found.isEmpty {
      json.member("found", .object(app.found.mapValues { .object($0.mapValues { .string($0) }) }))
    }
    if !app.labels.isEmpty { json.member("labels", .object(app.labels.mapValues { .string($0) })) }
    json.member("name", app.name)
    json.member("parameters", .object(app.parameters))
    json.endObject()
  }

  private mutating func destination(_ destination: PlannedDestination) {
    json.beginObject()
    json.member("kind", destination.kind.json)
    json.member("name", destination.name)
    json.endObject()
  }

  private mutating func export(_ export: PlannedExport) {
    json.beginObject()
    if let most = export.catchUp { json.member("catch_up", most) }
    json.member("datasets", .object(export.datasets.mapValues { .string($0.rawValue) }))
    json.member("destination", plan.destinations[export.destination].name)
    if !export.found.isEmpty {
      json.member("found", .object(export.found.mapValues { .object($0.mapValues { .object($0) }) }))
    }
    // What is as it is without being said is not written.
    if export.limits != ExportLimits() { json.member("limits", export.limits.json) }
    if export.lookback > 0 { json.member("lookback", export.lookback) }
    if let most = export.maxFailures { json.member("max_failures", most) }
    json.member("name", export.name)
    if !export.oldest.isEmpty {
      json.member("oldest", .object(export.oldest.mapValues { .string(DurationText.format($0)) }))
    }
    json.member("options", .object(export.options.mapValues { .object($0) }))
    if export.priority != 0 { json.member("priority", export.priority) }
    json.member("retry", export.retry.json)
    json.member("ripe_after", DurationText.format(export.ripeAfter))
    json.member("service", plan.services[export.service].name)
    json.member("timeouts", export.timeouts.json)
    if export.verify != VerifySetting() { json.member("verify", export.verify.json) }
    json.endObject()
  }

  private mutating func input(_ input: PlanInput) {
    json.beginObject()
    json.member("name", input.name)
    json.member("sha256", input.digest.hex)
    json.endObject()
  }

  private mutating func service(_ service: PlannedService) {
    json.beginObject()
    json.member("base", service.base)
    json.member("credential", service.credential.json)
    json.member("description", service.description)
    json.member("limits", service.limits.json)
    json.member("name", service.name)
    json.member("parameters", .object(service.parameters))
    json.member("recovery", service.recovery.rawValue)
    json.member("revision", service.revision)
    if !service.secrets.isEmpty { json.member("secrets", .object(service.secrets.mapValues { .string($0) })) }
    json.member("use", service.use)
    json.endObject()
  }

  private mutating func window(_ entry: PlannedWindow) {
    json.beginObject()
    json.member("end", entry.window.end.description)
    json.member("export", plan.exports[entry.export].name)
    json.member("label", entry.label)
    if !entry.sends.isEmpty {
      json.member(
        "sends", .object(entry.sends.mapValues { ["end": .string($0.end), "start": .string($0.start)] }))
    }
    json.member("start", entry.window.start.description)
    json.member("zone", entry.window.zone)
    json.endObject()
  }
}
