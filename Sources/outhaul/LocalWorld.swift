// SPDX-License-Identifier: Apache-2.0
import BatchExport
import LocalCloud

/// What a local cloud is asked to hold, so that a plan or a manifest finds in it what it speaks of.
struct LocalWorld: Sendable {
  /// The one service that the local cloud plays.
  static let playedService = "azure-mobile-engagement"

  private(set) var apps: [LocalCloudApp] = []
  private(set) var isExtended = false
  /// Of each app.
  var devices = 120

  /// The apps that the plan's jobs ask about.
  /// - Throws: `LocalCloudError` when the plan uses a service that the cloud does not play.
  init(_ plan: Plan) throws {
    isExtended = plan.services.contains { $0.parameters["extended"] == true }
    var known: Set<String> = []
    for job in plan.jobs {
      let (service, app) = (plan.service(of: job), plan.apps[job.app])
      try Self.check(service.name, service.description)
      let place = Self.app(service.parameters, app.parameters)
      if known.insert(place.path).inserted { apps.append(place) }
    }
  }

  /// The apps that are written in the manifest, and a small catalogue for each service that is asked for its own.
  /// - Throws: `LocalCloudError` when the manifest uses a service that the cloud does not play.
  init(_ project: Project) throws {
    let manifest = project.manifest
    let discovered = Set(manifest.discoveries.map(\.service.value))
    for service in manifest.services {
      guard let traits = project.traits[service.name.value] else { continue }
      try Self.check(service.name.value, traits.name)
      let parameters = service.parameters.mapValues(\.value)
      if parameters["extended"] == true { isExtended = true }
      if discovered.contains(service.name.value) { add(Self.seeds(parameters)) }
      add(manifest.apps.map { Self.app(parameters, $0.parameters.mapValues(\.value)) })
    }
  }

  /// Those that are not there yet.
  private mutating func add(_ more: [LocalCloudApp]) {
    for app in more where !apps.contains(where: { $0.path == app.path }) { apps.append(app) }
  }

  private static func check(_ service: String, _ description: String) throws {
    guard description == playedService else { throw LocalCloudError.service(service, description: description) }
  }

  /// An app as the service knows it. One of the small catalogue is the same there and where it is written down.
  private static func app(_ service: [String: JSONValue], _ app: [String: JSONValue]) -> LocalCloudApp {
    let place = LocalCloudApp(
      subscription: service["subscription"]?.string ?? "", resourceGroup: service["resource_group"]?.string ?? "",
      collection: app["collection"]?.string ?? "", name: app["app"]?.string ?? "")
    return seeds(service).first { $0.path == place.path } ?? place
  }

  private static func seeds(_ service: [String: JSONValue]) -> [LocalCloudApp] {
    LocalCloudApp.seeds(
      subscription: service["subscription"]?.string ?? "", resourceGroup: service["resource_group"]?.string ?? "")
  }
}
