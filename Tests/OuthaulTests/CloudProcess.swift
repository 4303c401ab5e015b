// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import Synchronization
import Testing

/// `outhaul cloud serve` as a process of its own, so that it outlives the runs that are killed.
final class CloudProcess: Sendable {
  struct Endpoints: Decodable, Sendable {
    var managementURL, authorityURL, blobURL, accountKey, tenant, client, secret, controlURL: String
  }

  /// What the control endpoint counts.
  struct Statistics: Decodable, Sendable {
    var tasks: Int
    var tasksByDescription: [String: Int]
  }

  let endpoints: Endpoints
  private let program: Program.Running

  init(data: URL, arguments: [String] = []) async throws {
    program = try Program.start(
      ["cloud", "serve", "--output", "json", "--data", data.path, "--extended"]
        + (1...4).flatMap { ["--app", "contoso/app-\($0)"] } + arguments)
    let line = FirstLine()
    _ = await program.waits { line.take($0) }
    endpoints = try JSONDecoder().decode(Endpoints.self, from: Data(line.text.utf8))
  }

  deinit { program.send(SIGKILL) }

  /// What a manifest of `SampleManifest` needs to meet this cloud.
  var variables: [String] {
    [
      "base=\(endpoints.managementURL)", "authority=\(endpoints.authorityURL)", "tenant=\(endpoints.tenant)",
      "client=\(endpoints.client)", "container=\(endpoints.blobURL)/exports",
    ].flatMap { ["--var", $0] }
  }

  var environment: [String: String] {
    ["ENGAGEMENT_SECRET": endpoints.secret, "STAGING_KEY": endpoints.accountKey]
  }

  func statistics() async throws -> Statistics {
    let response = try await HTTPClient.shared.execute(
      HTTPClientRequest(url: "\(endpoints.controlURL)/statistics"), timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 16 << 20)
    return try JSONDecoder().decode(Statistics.self, from: Data(buffer: body))
  }
}

/// The first whole line of a program's output.
final class FirstLine: Sendable {
  private let line = Mutex("")

  var text: String { line.withLock { $0 } }

  /// True once there is one.
  @Sendable func take(_ printed: String) -> Bool {
    guard let end = printed.firstIndex(of: "\n") else { return false }
    line.withLock { $0 = String(printed[..<end]) }
    return true
  }
}
