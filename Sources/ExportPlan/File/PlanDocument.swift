// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// The members of a plan file besides its jobs. Names become indexes again.
struct PlanDocument {
  var scalars: [String: JSONValue] = [:]
  var lists: [String: [JSONValue]] = [:]

  /// Jobs are read against what stands before them in the file.
  func jobReader() throws(PlanFileError) -> JobLineReader {
    JobLineReader(apps: try list("apps", app), exports: try list("exports", unlinked), gates: try gateNames())
  }

  func plan(_ jobs: inout JobLineReader) throws(PlanFileError) -> Plan {
    guard let asOf = scalars["as_of"]?.string.flatMap({ Instant($0) }) else { throw .member("as_of") }
    guard let name = scalars["name"]?.string else { throw .member("name") }
    var plan = Plan(name: name, asOf: asOf)
    plan.inputs = try list("inputs", input)
    plan.secrets = try secrets()
    plan.services = try list("services", service)
    plan.destinations = try list("destinations", destination)
    plan.apps = try list("apps", app)
    let (services, destinations) = (index(plan.services.map(\.name)), index(plan.destinations.map(\.name)))
    plan.exports = try list("exports") { value, path throws(PlanFileError) in
      var export = try unlinked(value, path)
      export.service = try require(services[try text(value, "service", in: path)], "\(path)/service")
      export.destination = try require(destinations[try text(value, "destination", in: path)], "\(path)/destination")
      return export
    }
    let exports = index(plan.exports.map(\.name))
    let windows = try list("windows") { value, path throws(PlanFileError) in try window(value, path, exports) }
    if let missing = jobs.resolve(windows, others: &plan.otherWindows) { throw .member("windows: \(missing)") }
    plan.gates = zip(try gateNames(), jobs.members).map { PlannedGate(name: $0, members: $1) }
    plan.jobs = jobs.jobs
    if lists["notify"] != nil {
      plan.notifications = try list("notify") { value, path throws(PlanFileError) in
        try require(PlannedNotification(value), path)
      }
    }
    return plan
  }

  // MARK: Parts

  private func index(_ names: [String]) -> [String: Int] {
    Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
  }

  private func list<Element>(
    _ name: String, _ read: (JSONValue, String) throws(PlanFileError) -> Element
  ) throws(PlanFileError) -> [Element] {
    guard let elements = lists[name] else { throw .member(name) }
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() { result.append(try read(element, "\(name)/\(index)")) }
    return result
  }

  private func gateNames() throws(PlanFileError) -> [String] {
    try list("gates") { value, path throws(PlanFileError) in try require(value.string, path) }
  }

  private func text(_ value: JSONValue, _ name: String, in path: String) throws(PlanFileError) -> String {
    guard let text = value[name]?.string else {
      throw PlanFileError.member(path.isEmpty ? name : "\(path)/\(name)")
    }
    return text
  }

  private func require<Value>(_ value: Value?, _ path: String) throws(PlanFileError) -> Value {
    guard let value else { throw PlanFileError.member(path) }
    return value
  }

  private func secrets() throws(PlanFileError) -> [String: SecretReference] {
    let members = try require(scalars["secrets"]?.object, "secrets")
    let references = members.compactMapValues(SecretReference.init)
    guard references.count == members.count else { throw .member("secrets") }
    return references
  }

  private func input(_ value: JSONValue, _ path: String) throws(PlanFileError) -> PlanInput {
    PlanInput(
      name: try text(value, "name", in: path),
      digest: try require(Digest(hex: try text(value, "sha256", in: path)), "\(path)/sha256"))
  }

  private func service(_ value: JSONValue, _ path: String) throws(PlanFileError) -> PlannedService {
    var service = PlannedService(
      name: try text(value, "name", in: path), use: try text(value, "use", in: path),
      description: try text(value, "description", in: path),
      revision: Int(try require(value["revision"]?.int, "\(path)/revision")),
      base: try text(value, "base", in: path),
      parameters: try require(value["parameters"]?.object, "\(path)/parameters"),
      credential: try require(value["credential"].flatMap(CredentialSetting.init), "\(path)/credential"),
      limits: try require(value["limits"].flatMap { ServiceLimits($0) }, "\(path)/limits"),
      recovery: try require(
        RecoveryClass(rawValue: try text(value, "recovery", in: path)), "\(path)/recovery"))
    guard let secrets = value["secrets"] else { return service }
    let names = try require(secrets.object, "\(path)/secrets")
    service.secrets = names.compactMapValues(\.string)
    guard service.secrets.count == names.count, !names.isEmpty else { throw .member("\(path)/secrets") }
    return service
  }

  private func destination(_ value: JSONValue, _ path: String) throws(PlanFileError) -> PlannedDestination {
    PlannedDestination(
      name: try text(value, "name", in: path),
      kind: try require(value["kind"].flatMap(DestinationSetting.Kind.init), "\(path)/kind"))
  }

  private func app(_ value: JSONValue, _ path: String) throws(PlanFileError) -> PlannedApp {
    var app = PlannedApp(
      name: try text(value, "name", in: path),
      parameters: try require(value["parameters"]?.object, "\(path)/parameters"))
    let labels = value["labels"]?.object ?? [:]
    app.labels = labels.compactMapValues(\.string)
    guard app.labels.count == labels.count else { throw .member("\(path)/labels") }
    app.found = (value["found"]?.object ?? [:]).mapValues { ($0.object ?? [:]).compactMapValues(\.string) }
    return app
  }

  /// Without what is named later in the file.
  private func unlinked(_ value: JSONValue, _ path: String) throws(PlanFileError) -> PlannedExport {
    var export = PlannedExport(
      name: try text(value, "name", in: path),
      datasets: try require(value["datasets"]?.object, "\(path)/datasets").compactMapValues {
        $0.string.flatMap(DatasetTraits.Kind.init)
      },
      options: try require(value["options"]?.object, "\(path)/options").mapValues { $0.object ?? [:] },
      ripeAfter: try require(value["ripe_after"]?.duration, "\(path)/ripe_after"),
      retry: try require(value["retry"].flatMap { RetrySetting($0) }, "\(path)/retry"),
      timeouts: try require(value["timeouts"].flatMap { TimeoutSetting($0) }, "\(path)/timeouts"))
    export.found = (value["found"]?.object ?? [:]).mapValues { apps in
      (apps.object ?? [:]).mapValues { $0.object ?? [:] }
    }
    for (dataset, length) in value["oldest"]?.object ?? [:] {
      export.oldest[dataset] = try require(length.duration, "\(path)/oldest")
    }
    if let most = value["max_failures"] { export.maxFailures = Int(try require(most.int, "\(path)/max_failures")) }
    if let lookback = value["lookback"] { export.lookback = Int(try require(lookback.int, "\(path)/lookback")) }
    if let most = value["catch_up"] { export.catchUp = Int(try require(most.int, "\(path)/catch_up")) }
    if let priority = value["priority"] { export.priority = Int(try require(priority.int, "\(path)/priority")) }
    if let limits = value["limits"] { export.limits = try require(ExportLimits(limits), "\(path)/limits") }
    if let verify = value["verify"] { export.verify = try require(VerifySetting(verify), "\(path)/verify") }
    return export
  }

  private func window(
    _ value: JSONValue, _ path: String, _ exports: [String: Int]
  ) throws(PlanFileError) -> PlannedWindow {
    guard let start = value["start"]?.string.flatMap({ Instant($0) }),
      let end = value["end"]?.string.flatMap({ Instant($0) }), let zone = value["zone"]?.string
    else { throw .member(path) }
    let sends = (value["sends"]?.object ?? [:]).compactMapValues { sent -> SentWindow? in
      guard let start = sent["start"]?.string, let end = sent["end"]?.string else { return nil }
      return SentWindow(start: start, end: end)
    }
    return PlannedWindow(
      export: try require(exports[try text(value, "export", in: path)], "\(path)/export"),
      label: try text(value, "label", in: path), window: Window(start: start, end: end, zone: zone), sends: sends)
  }
}
