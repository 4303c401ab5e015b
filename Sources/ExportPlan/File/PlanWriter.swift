// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Writes a plan's bytes. Members stand in the order of their names, which this file keeps by hand.
struct PlanWriter {
  private let plan: Plan
  private var json = JSONWriter(capacity: 1 << 16)

  init(_ plan: Plan) { self.plan = plan }

  /// The bytes with the digest in its place, and the digest.
  mutating func write() -> ([UInt8], Digest) {
    json.beginObject()
    list("apps", plan.apps) { $0.app($1) }
    json.newline()
    json.member("as_of", plan.asOf.description)
    list("destinations", plan.destinations) { $0.destination($1) }
    let before = json.take()
    list("exports", plan.exports) { $0.export($1) }
    list("gates", plan.gates) { $0.gate($1) }
    list("inputs", plan.inputs) { $0.input($1) }
    list("jobs", plan.jobs) { $0.job($1) }
    json.newline()
    json.member("name", plan.name)
    json.newline()
    json.member("plan", PlanFile.version)
    json.newline()
    json.member("secrets", .object(plan.secrets.mapValues(\.json)))
    list("services", plan.services) { $0.service($1) }
    json.closingNewline()
    json.endObject()
    json.closingNewline()
    let after = json.take()
    let digest = Digest(of: before + after)
    return (before + Array(",\n\"digest\":\"\(digest)\"".utf8) + after, digest)
  }

  private mutating func list<Element>(
    _ name: String, _ elements: [Element], _ write: (inout PlanWriter, Element) -> Void
  ) {
    json.newline()
    json.key(name)
    json.beginArray()
    for element in elements {
      json.newline()
      write(&self, element)
    }
    if !elements.isEmpty { json.closingNewline() }
    json.endArray()
  }

  private mutating func app(_ app: PlannedApp) {
    json.beginObject()
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
    if let most = export.maxFailures { json.member("max_failures", most) }
    json.member("name", export.name)
    json.member("options", .object(export.options.mapValues { .object($0) }))
    json.member("retry", export.retry.json)
    json.member("ripe_after", DurationText.format(export.ripeAfter))
    json.member("timeouts", export.timeouts.json)
    json.endObject()
  }

  private mutating func gate(_ gate: PlannedGate) {
    json.beginObject()
    json.key("members")
    json.beginArray()
    for member in gate.members { json.string(plan.jobs[member].key.hex) }
    json.endArray()
    json.member("name", gate.name)
    json.endObject()
  }

  private mutating func input(_ input: PlanInput) {
    json.beginObject()
    json.member("name", input.name)
    json.member("sha256", input.digest.hex)
    json.endObject()
  }

  private mutating func job(_ job: PlannedJob) {
    json.beginObject()
    if !job.after.isEmpty {
      json.key("after")
      json.beginArray()
      for gate in job.after { json.string(plan.gates[gate].name) }
      json.endArray()
    }
    json.member("app", plan.apps[job.app].name)
    json.member("dataset", job.dataset)
    json.member("destination", plan.destinations[job.destination].name)
    json.member("export", plan.exports[job.export].name)
    json.member("format", job.format)
    json.member("key", job.key.hex)
    json.member("kind", job.kind.rawValue)
    json.member("label", job.label)
    if let sent = job.sent { json.member("sends", ["end": .string(sent.end), "start": .string(sent.start)]) }
    json.member("service", plan.services[job.service].name)
    json.key("window")
    json.beginObject()
    json.member("end", job.window.end.description)
    json.member("start", job.window.start.description)
    json.member("zone", job.window.zone)
    json.endObject()
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
    json.member("use", service.use)
    json.endObject()
  }
}
