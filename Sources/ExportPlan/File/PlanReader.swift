// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Makes a plan of a parsed document. Names become indexes again.
struct PlanReader {
  private let document: JSONValue

  init(_ document: JSONValue) { self.document = document }

  func plan() throws -> Plan {
    guard let asOf = document["as_of"]?.string.flatMap({ Instant($0) }) else { throw PlanFileError.member("as_of") }
    var plan = Plan(name: try text(document, "name", in: ""), asOf: asOf)
    plan.inputs = try list("inputs", input)
    plan.secrets = try secrets()
    plan.services = try list("services", service)
    plan.destinations = try list("destinations", destination)
    plan.apps = try list("apps", app)
    plan.exports = try list("exports", export)
    let gateNames = try list("gates") { try text($0, "name", in: $1) }
    let tables = Tables(plan, gates: gateNames)
    plan.jobs = try list("jobs") { try job($0, $1, tables) }
    let jobOfKey = Dictionary(plan.jobs.indices.map { (plan.jobs[$0].key.hex, $0) }, uniquingKeysWith: { a, _ in a })
    plan.gates = try list("gates") { value, path in
      let members = try (value["members"]?.array ?? []).map { member in
        guard let index = member.string.flatMap({ jobOfKey[$0] }) else { throw PlanFileError.member(path) }
        return index
      }
      return PlannedGate(name: try text(value, "name", in: path), members: members)
    }
    return plan
  }

  /// Names to indexes.
  private struct Tables {
    var services, destinations, apps, exports, gates: [String: Int]

    init(_ plan: Plan, gates: [String]) {
      func index(_ names: [String]) -> [String: Int] {
        Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
      }
      services = index(plan.services.map(\.name))
      destinations = index(plan.destinations.map(\.name))
      apps = index(plan.apps.map(\.name))
      exports = index(plan.exports.map(\.name))
      self.gates = index(gates)
    }
  }

  private func list<Element>(_ name: String, _ read: (JSONValue, String) throws -> Element) throws -> [Element] {
    guard let elements = document[name]?.array else { throw PlanFileError.member(name) }
    return try elements.enumerated().map { try read($1, "\(name)/\($0)") }
  }

  private func text(_ value: JSONValue, _ name: String, in path: String) throws -> String {
    guard let text = value[name]?.string else {
      throw PlanFileError.member(path.isEmpty ? name : "\(path)/\(name)")
    }
    return text
  }

  private func require<Value>(_ value: Value?, _ path: String) throws -> Value {
    guard let value else { throw PlanFileError.member(path) }
    return value
  }

  private func secrets() throws -> [String: SecretReference] {
    guard let members = document["secrets"]?.object else { throw PlanFileError.member("secrets") }
    return try members.mapValues { try require(SecretReference($0), "secrets") }
  }

  private func input(_ value: JSONValue, _ path: String) throws -> PlanInput {
    PlanInput(
      name: try text(value, "name", in: path),
      digest: try require(Digest(hex: try text(value, "sha256", in: path)), "\(path)/sha256"))
  }

  private func service(_ value: JSONValue, _ path: String) throws -> PlannedService {
    PlannedService(
      name: try text(value, "name", in: path), use: try text(value, "use", in: path),
      description: try text(value, "description", in: path),
      revision: Int(try require(value["revision"]?.int, "\(path)/revision")),
      base: try text(value, "base", in: path),
      parameters: try require(value["parameters"]?.object, "\(path)/parameters"),
      credential: try require(value["credential"].flatMap(CredentialSetting.init), "\(path)/credential"),
      limits: try require(value["limits"].flatMap { ServiceLimits($0) }, "\(path)/limits"),
      recovery: try require(
        RecoveryClass(rawValue: try text(value, "recovery", in: path)), "\(path)/recovery"))
  }

  private func destination(_ value: JSONValue, _ path: String) throws -> PlannedDestination {
    PlannedDestination(
      name: try text(value, "name", in: path),
      kind: try require(value["kind"].flatMap(DestinationSetting.Kind.init), "\(path)/kind"))
  }

  private func app(_ value: JSONValue, _ path: String) throws -> PlannedApp {
    PlannedApp(
      name: try text(value, "name", in: path),
      parameters: try require(value["parameters"]?.object, "\(path)/parameters"),
      labels: try (value["labels"]?.object ?? [:]).mapValues { try require($0.string, "\(path)/labels") })
  }

  private func export(_ value: JSONValue, _ path: String) throws -> PlannedExport {
    var export = PlannedExport(
      name: try text(value, "name", in: path),
      options: try require(value["options"]?.object, "\(path)/options").mapValues { $0.object ?? [:] },
      ripeAfter: try require(value["ripe_after"]?.duration, "\(path)/ripe_after"),
      retry: try require(value["retry"].flatMap { RetrySetting($0) }, "\(path)/retry"),
      timeouts: try require(value["timeouts"].flatMap { TimeoutSetting($0) }, "\(path)/timeouts"))
    export.maxFailures = try value["max_failures"].map { Int(try require($0.int, "\(path)/max_failures")) }
    return export
  }

  private func job(_ value: JSONValue, _ path: String, _ tables: Tables) throws -> PlannedJob {
    func index(_ name: String, in table: [String: Int]) throws -> Int {
      try require(table[try text(value, name, in: path)], "\(path)/\(name)")
    }
    var job = PlannedJob(
      key: try require(JobKey(hex: try text(value, "key", in: path)), "\(path)/key"),
      export: try index("export", in: tables.exports), app: try index("app", in: tables.apps),
      service: try index("service", in: tables.services),
      destination: try index("destination", in: tables.destinations),
      dataset: try text(value, "dataset", in: path), format: try text(value, "format", in: path),
      kind: try require(DatasetTraits.Kind(rawValue: try text(value, "kind", in: path)), "\(path)/kind"),
      window: try window(value["window"], "\(path)/window"), label: try text(value, "label", in: path), sent: nil)
    if let sends = value["sends"] {
      job.sent = SentWindow(
        start: try text(sends, "start", in: "\(path)/sends"), end: try text(sends, "end", in: "\(path)/sends"))
    }
    job.after = try (value["after"]?.array ?? []).map { gate in
      try require(gate.string.flatMap { tables.gates[$0] }, "\(path)/after")
    }
    return job
  }

  private func window(_ value: JSONValue?, _ path: String) throws -> Window {
    guard let value, let start = value["start"]?.string.flatMap({ Instant($0) }),
      let end = value["end"]?.string.flatMap({ Instant($0) }), let zone = value["zone"]?.string
    else { throw PlanFileError.member(path) }
    return Window(start: start, end: end, zone: zone)
  }
}
