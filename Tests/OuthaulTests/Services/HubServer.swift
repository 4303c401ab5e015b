// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import ExportTesting
import Foundation
import Glibc
import Synchronization

/// The jobs of an IoT Hub, as far as exports of devices go, written from the service's contract and not from our
/// description of it: signatures are checked, one job runs at a time, and the file is put into the container by the
/// address that came with the request.
final class HubServer: Sendable {
  struct Job: Sendable {
    var id: String
    var asked: JSONValue
    var status: String
    var looks = 0
  }

  struct State: Sendable {
    var jobs: [Job] = []
    /// Requests that were refused because of their signature.
    var refused = 0
    /// Jobs that were asked for while one was active.
    var tooMany = 0
    var cancelled = 0
  }

  static let devices = [
    #"{"id":"pump-1","eTag":"MQ==","status":"enabled","authentication":{"symmetricKey":null}}"#,
    #"{"id":"pump-2","eTag":"MQ==","status":"disabled","statusReason":"worn"}"#,
  ]

  private let key: String
  private let looks: Int
  private let state = Mutex(State())
  var seen: State { state.withLock { $0 } }

  /// - Parameters:
  ///   - key: of the access policy, in Base64.
  ///   - looks: how often a job is looked at before it has ended.
  init(key: String, looks: Int = 2) { (self.key, self.looks) = (key, looks) }

  func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard isSigned(request) else {
      state.withLock { $0.refused += 1 }
      return .json(401, #"{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized"}"#)
    }
    let parts = request.target.split(separator: "?", maxSplits: 1)
    guard parts.count == 2, parts[1] == "api-version=2021-04-12" else {
      return .json(400, #"{"Message":"ErrorCode:ArgumentInvalid;api-version"}"#)
    }
    let steps = parts[0].split(separator: "/").map(String.init)
    switch (request.method, steps.count, steps.last) {
    case ("POST", 2, "create"): return create(request)
    case ("GET", 1, _): return .json(200, "[\(seen.jobs.map { shown($0) }.joined(separator: ","))]")
    case ("GET", 2, let id?): return look(at: id)
    case ("DELETE", 2, let id?): return cancel(id)
    default: return .json(404, #"{"Message":"ErrorCode:NotFound"}"#)
    }
  }

  /// `SharedAccessSignature sr=…&sig=…&se=…&skn=…`
  private func isSigned(_ request: ScriptedServer.Request) -> Bool {
    guard let field = request.fields["authorization"], field.hasPrefix("SharedAccessSignature "),
      let bytes = Data(base64Encoded: key)
    else { return false }
    var values: [String: String] = [:]
    for item in field.dropFirst(22).split(separator: "&") {
      let halves = item.split(separator: "=", maxSplits: 1)
      values[String(halves[0])] = halves.count > 1 ? String(halves[1]) : ""
    }
    guard let resource = values["sr"], let expiry = values["se"],
      let signature = values["sig"]?.removingPercentEncoding,
      let end = TimeInterval(expiry), end > Date().timeIntervalSince1970, values["skn"] == "registryReadWrite"
    else { return false }
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(resource)\n\(expiry)".utf8), using: SymmetricKey(data: bytes))
    return Data(code).base64EncodedString() == signature && resource == "contoso.azure-devices.net"
  }

  private func create(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let asked = try? JSONValue(parsing: Array(request.body.utf8)), asked["type"] == "export",
      asked["outputBlobContainerUri"]?.string?.contains("sig=") ?? false
    else { return .json(400, #"{"Message":"ErrorCode:ArgumentInvalid"}"#) }
    let job = state.withLock { state -> Job? in
      guard !state.jobs.contains(where: { ["enqueued", "running"].contains($0.status) }) else {
        state.tooMany += 1
        return nil
      }
      let job = Job(id: UUID().uuidString.lowercased(), asked: asked, status: "enqueued")
      state.jobs.append(job)
      return job
    }
    return job.map { .json(200, shown($0)) }
      ?? .json(429, #"{"Message":"ErrorCode:JobQuotaExceeded"}"#, ["Retry-After": "1"])
  }

  private func look(at id: String) -> ScriptedServer.Reply {
    let job = state.withLock { state -> Job? in
      guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return nil }
      state.jobs[index].looks += 1
      if state.jobs[index].status == "enqueued" { state.jobs[index].status = "running" }
      return state.jobs[index]
    }
    guard let job else { return .json(404, #"{"Message":"ErrorCode:JobNotFound"}"#) }
    guard job.status == "running", job.looks >= looks else { return .json(200, shown(job)) }
    let isWritten = write(job)
    let ended = state.withLock { state -> Job in
      guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return job }
      state.jobs[index].status = isWritten ? "completed" : "failed"
      return state.jobs[index]
    }
    return .json(200, shown(ended))
  }

  private func cancel(_ id: String) -> ScriptedServer.Reply {
    state.withLock { state in
      guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return .json(404, "{}") }
      state.cancelled += 1
      state.jobs[index].status = "cancelled"
      return .answer(204)
    }
  }

  private func shown(_ job: Job) -> String {
    let members: JSONValue = [
      "jobId": .string(job.id), "type": "export", "status": .string(job.status), "progress": 0,
      "outputBlobName": job.asked["outputBlobName"] ?? .null,
      "excludeKeysInExport": job.asked["excludeKeysInExport"] ?? .null,
      "failureReason": job.status == "failed" ? "BlobContainerValidationError" : .null,
    ]
    return members.canonicalText
  }

  /// Puts the file where the request said.
  private func write(_ job: Job) -> Bool {
    guard let container = job.asked["outputBlobContainerUri"]?.string, let name = job.asked["outputBlobName"]?.string,
      let url = URLComponents(string: container), let port = url.port
    else { return false }
    let body = Self.devices.map { $0 + "\n" }.joined()
    let head = """
      PUT \(url.path)/\(name)?\(url.percentEncodedQuery ?? "") HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      x-ms-blob-type: BlockBlob\r
      x-ms-version: 2021-12-02\r
      Content-Length: \(body.utf8.count)\r
      Connection: close\r
      \r

      """
    return LocalRequest.send(head + body, port: UInt16(port)).contains(" 201 ")
  }
}

/// One request to a server on this machine, for stand-ins that ask others.
enum LocalRequest {
  /// The first line of the answer; empty when there is none.
  static func send(_ text: String, port: UInt16) -> String {
    answer(to: text, port: port).components(separatedBy: "\r\n")[0]
  }

  /// The whole answer, up to the connection's end; empty when there is none.
  static func answer(to text: String, port: UInt16) -> String {
    guard let connection = LoopbackSocket.connect(to: port) else { return "" }
    defer { close(connection) }
    guard LoopbackSocket.write(Array(text.utf8), to: connection) else { return "" }
    var answer: [UInt8] = []
    while LoopbackSocket.receive(connection, &answer) {}
    return String(decoding: answer, as: UTF8.self)
  }
}
