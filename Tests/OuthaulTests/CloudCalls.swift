// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat

/// The APIs of a cloud that runs as a process of its own, asked as any client asks them.
extension CloudProcess {
  struct Answer: Sendable {
    var status: UInt
    var text: String

    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:] }
  }

  /// Below an app, `devices/exportTasks` unless another tail is given.
  func management(_ app: String, _ tail: String) -> String {
    "\(endpoints.managementURL)/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/MobileEngagement"
      + "/providers/Microsoft.MobileEngagement/appcollections/contoso/apps/\(app)/\(tail)?api-version=2014-12-01"
  }

  func send(
    _ method: String, _ url: String, _ headers: [(String, String)] = [("Authorization", "Bearer any")],
    body: String? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url)
    request.method = .init(rawValue: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    return Answer(
      status: response.status.code, text: String(buffer: try await response.body.collect(upTo: 16 << 20)))
  }

  /// Makes a task that writes to the container of exports.
  func submit(_ kind: String, of app: String, _ more: String = "", container: String? = nil) async throws -> String {
    let body =
      #"{"containerUrl":"\#(container ?? endpoints.stagingSAS)","exportFormat":"JsonBlob"\#(more.isEmpty ? "" : "," + more)}"#
    let answer = try await send(
      "POST", management(app, "devices/exportTasks/\(kind)"),
      [("Authorization", "Bearer any"), ("Content-Type", "application/json")], body: body)
    return answer.json["id"] as? String ?? ""
  }

  /// Asks until a task is in one of these states, however long that takes.
  func waits(for states: Set<String>, of task: String, in app: String) async throws -> String {
    while true {
      let answer = try await send("GET", management(app, "devices/exportTasks/\(task)"))
      let state = answer.json["state"] as? String ?? "\(answer.status)"
      if states.contains(state) || answer.status != 200 { return state }
    }
  }

  /// A container's address, or a blob's in it, with the signature that the cloud gives out.
  func staged(_ path: String, _ query: String = "") -> String {
    let parts = endpoints.stagingSAS.split(separator: "?", maxSplits: 1)
    return "\(parts[0])\(path)?\(parts[1])\(query)"
  }
}
