// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import LocalCloud
import Logging

/// A local cloud inside this process, for as long as a body runs.
struct LocalSession: Sendable {
  let world: LocalWorld
  let directory: URL
  let speed: Double
  let faults: [String]
  let logger: Logger

  /// Starts the cloud with the world's apps, runs the body, and stops the cloud again.
  /// - Throws: what the body throws, and what keeps the cloud from starting.
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
    configuration.faults = try faults.map { try Self.rule($0) }
    configuration.apps = world.apps
    configuration.extended = world.isExtended
    configuration.devicesPerApp = world.devices
    return configuration
  }

  /// - Throws: `ValidationError`.
  static func rule(_ text: String, option: String = "--fault") throws -> FaultRule {
    do { return try FaultRule(text) } catch {
      throw ValidationError("\(option) '\(text)' is not a fault of the local cloud: \(error)")
    }
  }
}

/// Why the local cloud cannot stand in.
enum LocalCloudError: Error, CustomStringConvertible {
  case service(String, description: String)

  var description: String {
    switch self {
    case .service(let name, let description):
      "the local cloud plays \(LocalWorld.playedService); the service '\(name)' is \(description)"
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
