// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import LocalCloud
import Logging

/// A local cloud inside this process, for as long as a body runs.
struct LocalSession: Sendable {
  /// The one service that the local cloud plays.
  static let playedService = "azure-mobile-engagement"

  let plan: Plan
  let directory: URL
  let speed: Double
  let faults: [String]
  let logger: Logger

  /// Starts the cloud with the plan's apps, runs the body, and stops the cloud again.
  /// - Throws: `LocalCloudError` when the plan uses a service that the cloud does not play, and what the body throws.
  func run<Value: Sendable>(_ body: @escaping @Sendable (LocalCloudEndpoints) async throws -> Value) async throws
    -> Value
  {
    let cloud = try await LocalCloud(try configuration(), logger: logger)
    let (ready, announce) = AsyncStream.makeStream(of: LocalCloudEndpoints.self)
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await cloud.run { endpoints in announce.yield(endpoints) }
        return nil
      }
      group.addTask {
        for await endpoints in ready { return try await body(endpoints) }
        return nil
      }
      defer { group.cancelAll() }
      while let next = try await group.next() {
        if let next { return next }
      }
      throw CancellationError()
    }
  }

  private func configuration() throws -> LocalCloudConfiguration {
    var configuration = LocalCloudConfiguration(directory: directory)
    configuration.speed = speed
    configuration.faults = try faults.map(Self.rule)
    configuration.apps = try apps()
    configuration.extended = plan.services.contains { $0.parameters["extended"] == true }
    return configuration
  }

  static func rule(_ text: String) throws -> FaultRule {
    do { return try FaultRule(text) } catch { throw LocalCloudError.fault("'\(text)': \(error)") }
  }

  /// The apps that the plan's jobs ask about, as the service knows them.
  private func apps() throws -> [LocalCloudApp] {
    var apps: [LocalCloudApp] = []
    for job in plan.jobs {
      let service = plan.services[plan.exports[job.export].service]
      guard service.description == Self.playedService else {
        throw LocalCloudError.service(service.name, description: service.description)
      }
      let app = plan.apps[job.app].parameters
      let known = LocalCloudApp(
        subscription: service.parameters["subscription"]?.string ?? "",
        resourceGroup: service.parameters["resource_group"]?.string ?? "",
        collection: app["collection"]?.string ?? "", name: app["app"]?.string ?? "")
      if !apps.contains(known) { apps.append(known) }
    }
    return apps
  }
}

/// Why the local cloud cannot stand in.
enum LocalCloudError: Error, CustomStringConvertible {
  case service(String, description: String)
  case fault(String)

  var description: String {
    switch self {
    case .service(let name, let description):
      "the local cloud plays \(LocalSession.playedService); the service '\(name)' is \(description)"
    case .fault(let text): "not a fault of the local cloud: \(text)"
    }
  }
}

extension LocalCloudEndpoints {
  /// Where a rehearsal's requests go.
  func redirect(exports: URL, speed: Double) -> LocalRedirect {
    LocalRedirect(
      base: managementURL, authority: authorityURL, tenant: tenant, client: client, secret: Secret(secret),
      blobs: blobURL, accountKey: Secret(accountKey), exports: exports, speed: speed)
  }
}
