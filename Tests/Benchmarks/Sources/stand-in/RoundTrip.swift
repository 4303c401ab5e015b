// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One byte to the stand-in and back: the shortest exchange of two processes over 127.0.0.1.
enum RoundTrip {
  /// What the stand-in sends back as it is.
  static let byte: UInt8 = 0

  /// Tells the median of as many as are asked for.
  /// - Throws: `Refusal`.
  static func run(_ options: LoadOptions) throws {
    let socket = try Sockets.connected(port: options.port)
    _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK)
    var times: [Int] = []
    var byte = Self.byte
    for _ in 0..<options.requests {
      let began = Moment.steadyNanoseconds
      guard send(socket, &byte, 1, 0) == 1, recv(socket, &byte, 1, 0) == 1 else { throw Refusal("nothing came back") }
      times.append(Moment.steadyNanoseconds - began)
    }
    times.sort()
    say("{\"requests\":\(times.count),\"median_seconds\":\(Double(times[times.count / 2]) / 1e9)}\n")
  }
}
