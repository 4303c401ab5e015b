// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOPosix

/// A request that a proper client would not send.
enum RawRequest {
  /// - Returns: all that comes back until the other side closes.
  static func send(
    _ method: String, _ target: String, _ bench: CloudBench, headers: [String: String], body: String = ""
  ) async throws -> String {
    let url = URLComponents(string: bench.endpoints.managementURL)
    let path = target.replacing(bench.endpoints.managementURL, with: "")
    var headers = headers
    headers["Host"] = headers["Host"] ?? "127.0.0.1:\(url?.port ?? 0)"
    headers["Connection"] = "close"
    let head = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: url?.port ?? 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: "\(method) \(path) HTTP/1.1\r\n\(head)\r\n\(body)"))
      var answer = ByteBuffer()
      for try await piece in inbound { answer.writeImmutableBuffer(piece) }
      return String(buffer: answer)
    }
  }
}
