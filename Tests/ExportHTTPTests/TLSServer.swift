// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A TLS server with a certificate of its own making, by the tool that every system has.
struct TLSServer: Sendable {
  let port: Int

  static func with<Value>(_ body: (TLSServer) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try await Tool.run(
      "/usr/bin/env",
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
        folder.path + "/key.pem", "-out", folder.path + "/cert.pem", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
        "subjectAltName=IP:127.0.0.1",
      ])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", folder.path + "/key.pem", "-cert",
      folder.path + "/cert.pem",
    ]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
    try process.run()
    defer { process.terminate() }
    return try await body(TLSServer(port: try Self.port(output.fileHandleForReading)))
  }

  struct NoPort: Error { var said: String }

  /// `ACCEPT 127.0.0.1:40123`
  private static func port(_ handle: FileHandle) throws -> Int {
    var said = ""
    while let data = try handle.read(upToCount: 1), !data.isEmpty {
      said += String(decoding: data, as: UTF8.self)
      if let match = said.firstMatch(of: /ACCEPT .*:([0-9]+)\n/), let port = Int(match.1) { return port }
    }
    throw NoPort(said: said)
  }
}

/// A program of the system, run to its end.
enum Tool {
  struct Failure: Error { var status: Int32 }

  static func run(_ program: String, _ arguments: [String]) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            let output = Pipe()
            (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
            try process.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
            return Array(data)
          })
      }
    }
  }
}
