// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Where the parts of a job stand in its manifest.
public struct JobOrigin: Sendable, Equatable {
  /// What stands there, such as `the export 'history'`, and where; the export first.
  public var places: [Part]

  public struct Part: Sendable, Equatable {
    public var noun: String
    public var place: SourcePlace
  }
}

extension Manifest {
  /// - Parameter traits: by the manifest's service names.
  public func origin(of job: PlannedJob, in plan: Plan, traits: [String: ServiceTraits]) -> JobOrigin? {
    let names = (plan.exports[job.export].name, plan.apps[job.app].name, plan.service(of: job).name)
    guard let export = exports.first(where: { $0.name.value == names.0 }),
      let app = apps.first(where: { $0.name.value == names.1 }), let traits = traits[names.2]
    else { return nil }
    var origin = JobOrigin(places: [])
    func add(_ noun: String, _ place: SourcePlace?) {
      if let place { origin.places.append(.init(noun: noun, place: place)) }
    }
    add("the export '\(names.0)'", export.name.place)
    add("the app '\(names.1)'", app.name.place)
    add("its choice of apps", export.appsPlace)
    let dataset = export.datasets.first { traits.dataset(typed: $0.value)?.name == job.dataset }
    add("the dataset '\(job.dataset)'", dataset?.place)
    add("its windows", export.window.place)
    let row = Matrix(export, traits).including(
      app, dataset: job.dataset, format: job.format,
      day: ZoneCalendar(job.window.zone)?.day(of: job.window.start) ?? job.window.start.day)
    add("the entry of 'include' that fits", row?.place)
    add("the service '\(names.2)'", services.first { $0.name.value == names.2 }?.name.place)
    let destination = plan.destination(of: job).name
    add("the destination '\(destination)'", destinations.first { $0.name.value == destination }?.name.place)
    return origin
  }
}
