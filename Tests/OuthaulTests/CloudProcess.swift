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
    var managementURL, authorityURL, blobURL, accountKey, tenant, client, secret: String
    /// With `--control` only.
    var controlURL: String?
    var assertion, identityURL, appIdentityURL, identityHeader: String
    var stagingContainer, stagingSAS: String

    private enum CodingKeys: String, CodingKey {
      case tenant, client, secret, assertion
      case managementURL = "management_url"
      case authorityURL = "authority_url"
      case blobURL = "blob_url"
      case accountKey = "account_key"
      case controlURL = "control_url"
      case identityURL = "identity_url"
      case appIdentityURL = "app_identity_url"
      case identityHeader = "identity_header"
      case stagingContainer = "staging_container"
      case stagingSAS = "staging_sas"
    }
  }

  /// What the control endpoint counts.
  struct Statistics: Decodable, Sendable {
    var tasks: Int
    var tasksByDescription: [String: Int]
    /// Tasks that were live at once, over restarts.
    var mostLive: Int
    var mostLiveByApp: [String: Int]

    enum CodingKeys: String, CodingKey {
      case tasks
      case tasksByDescription = "tasks_by_description"
      case mostLive = "most_live"
      case mostLiveByApp = "most_live_by_app"
    }

    /// How many tasks each job has, whatever their attempts.
    var tasksByJob: [String: Int] {
      // outhaul:1:KEY:ATTEMPT
      tasksByDescription.reduce(into: [:]) { sums, entry in
        sums[String(entry.key.split(separator: ":").dropLast().last ?? ""), default: 0] += entry.value
      }
    }
  }

  /// A task as the service lists it.
  struct ListedTask: Decodable, Sendable {
    var id, description: String
  }

  let endpoints: Endpoints
  /// The first line that it printed, with the endpoints.
  let line: String
  let program: Program.Running

  init(data: URL, arguments: [String] = []) async throws {
    program = try Program.start(
      ["cloud", "serve", "--output", "json", "--data", data.path, "--extended", "--control"]
        + (1...4).flatMap { ["--app", "contoso/app-\($0)"] } + arguments)
    let line = FirstLine()
    _ = await program.waits { line.take($0) }
    self.line = line.text
    endpoints = try JSONDecoder().decode(Endpoints.self, from: Data(line.text.utf8))
  }

  deinit { program.send(SIGKILL) }

  /// As `kill -9`; another one may then be started on the same data and port.
  func kill() async throws {
    program.send(SIGKILL)
    _ = try await program.finish()
  }

  /// It answers nothing and refuses nothing, until SIGCONT.
  func send(_ signal: Int32) { program.send(signal) }

  /// What another process needs to stand in the place of this one.
  var place: [String] { ["--port", endpoints.managementURL.split(separator: ":").last.map(String.init) ?? ""] }

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
    let control = try #require(endpoints.controlURL)
    let response = try await HTTPClient.shared.execute(
      HTTPClientRequest(url: "\(control)/statistics"), timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 16 << 20)
    return try JSONDecoder().decode(Statistics.self, from: Data(buffer: body))
  }
}

extension CloudProcess {
  /// The tasks of an app, as its API lists them.
  func tasks(of app: String) async throws -> [ListedTask] {
    struct Token: Decodable { var access_token: String }
    struct Page: Decodable { var value: [ListedTask] }
    var request = HTTPClientRequest(url: "\(endpoints.authorityURL)/\(endpoints.tenant)/oauth2/token")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    request.body = .bytes(
      Array(
        "grant_type=client_credentials&client_id=\(endpoints.client)&client_secret=\(endpoints.secret)&resource=https%3A%2F%2Fmanagement.azure.com%2F"
          .utf8)
    )
    let token: Token = try await answer(to: request)
    let group = "subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/MobileEngagement"
    var list = HTTPClientRequest(
      url: "\(endpoints.managementURL)/\(group)/providers/Microsoft.MobileEngagement/appcollections/contoso/apps/\(app)"
        + "/devices/exportTasks?api-version=2014-12-01")
    list.headers.add(name: "Authorization", value: "Bearer \(token.access_token)")
    let page: Page = try await answer(to: list)
    return page.value
  }

  private func answer<Body: Decodable>(to request: HTTPClientRequest) async throws -> Body {
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 16 << 20)
    return try JSONDecoder().decode(Body.self, from: Data(buffer: body))
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

/// What a program has printed when something is among it.
final class FirstText: Sendable {
  private let printed = Mutex("")

  var text: String { printed.withLock { $0 } }

  /// True once `end` is there, with the rest of its line.
  func take(_ text: String, until end: String) -> Bool {
    guard let start = text.firstRange(of: end), text[start.upperBound...].contains("\n") else { return false }
    printed.withLock { $0 = text }
    return true
  }
}
