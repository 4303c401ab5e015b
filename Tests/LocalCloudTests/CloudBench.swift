// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import LocalCloud
import Logging
import NIOCore
import NIOFoundationCompat

/// A running cloud, and a client that knows nothing of ours.
struct CloudBench: Sendable {
  struct Answer: Sendable {
    var status: UInt
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    /// Of an error of the management API.
    var code: String? { (json["error"] as? [String: Any])?["code"] as? String }
  }

  static let app = LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: "android")
  static let tasks =
    "/subscriptions/s-1/resourceGroups/ME/providers/Microsoft.MobileEngagement/appcollections/shop/apps/android/devices/exportTasks"

  let endpoints: LocalCloudEndpoints
  let cloud: LocalCloud

  /// Runs a cloud on a folder for as long as the body runs.
  static func with(
    _ folder: URL, _ change: @Sendable (inout LocalCloudConfiguration) throws -> Void = { _ in },
    _ body: @escaping @Sendable (CloudBench) async throws -> Void
  ) async throws {
    var configuration = LocalCloudConfiguration(directory: folder)
    configuration.apps = [app]
    configuration.devicesPerApp = 30
    configuration.speed = 100_000
    try change(&configuration)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    try await with(try await LocalCloud(configuration, logger: logger), body)
  }

  static func with(
    _ cloud: LocalCloud, _ body: @escaping @Sendable (CloudBench) async throws -> Void
  ) async throws {
    let (ready, announce) = AsyncStream.makeStream(of: LocalCloudEndpoints.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await cloud.run { announce.yield($0) } }
      group.addTask {
        for await endpoints in ready { return try await body(CloudBench(endpoints: endpoints, cloud: cloud)) }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  func send(
    _ method: String, _ url: String, headers: [(String, String)] = [], body: String? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url.hasPrefix("http") ? url : endpoints.managementURL + url)
    request.method = .init(rawValue: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let data = Data(buffer: try await response.body.collect(upTo: 64 << 20))
    let names = response.headers.map { ($0.name.lowercased(), $0.value) }
    return Answer(status: response.status.code, headers: Dictionary(names) { first, _ in first }, body: data)
  }

  /// A call of the Export API.
  func call(
    _ method: String, _ tail: String = "", query: String = "", body: String? = nil, type: String = "application/json"
  ) async throws -> Answer {
    var headers = [("Authorization", "Bearer any")]
    if body != nil { headers.append(("Content-Type", type)) }
    return try await send(method, "\(Self.tasks)\(tail)?api-version=2014-12-01\(query)", headers: headers, body: body)
  }

  func body(_ more: String = "", format: String = "JsonBlob") -> String {
    #"{"containerUrl":"\#(endpoints.stagingSAS)","exportFormat":"\#(format)"\#(more.isEmpty ? "" : "," + more)}"#
  }

  /// Asks until the task has ended; the cloud's own time runs so fast that this is soon.
  func ended(_ id: String, of tasks: String = tasks) async throws -> Answer {
    let url = "\(tasks)/\(id)?api-version=2014-12-01"
    var answer = try await send("GET", url, headers: [("Authorization", "Bearer any")])
    // A bound against waiting for ever, far above what a slow machine takes.
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while !["Succeeded", "Failed"].contains(answer.json["state"] as? String), .now < deadline {
      answer = try await send("GET", url, headers: [("Authorization", "Bearer any")])
    }
    return answer
  }

  /// A URL of the staging container, with its signature.
  func staged(_ path: String, _ query: String = "") -> String {
    let parts = endpoints.stagingSAS.split(separator: "?", maxSplits: 1)
    return "\(parts[0])\(path)?\(parts[1])\(query)"
  }
}

/// A folder that goes when the test ends.
struct CloudFolder: ~Copyable {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-cloud-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: url) }
}
