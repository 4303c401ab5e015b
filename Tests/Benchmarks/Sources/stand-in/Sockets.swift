// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sockets of 127.0.0.1.
enum Sockets {
  #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let quiet = Int32(MSG_NOSIGNAL)
  #else
    private static let stream = SOCK_STREAM
    private static let quiet: Int32 = 0
  #endif

  /// At a port that is free.
  static func listening() throws -> (socket: Int32, port: Int) {
    let listener = socket(AF_INET, stream, 0)
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withGeneric(&address) { bind(listener, $0, length) == 0 && listen(listener, 4096) == 0 }
    guard isBound, withGeneric(&address, { getsockname(listener, $0, &length) }) == 0 else {
      throw Refusal("cannot listen: \(String(cString: strerror(errno)))")
    }
    makePrompt(listener)
    return (listener, Int(in_port_t(bigEndian: address.sin_port)))
  }

  static func connected(port: Int) throws -> Int32 {
    let client = socket(AF_INET, stream, 0)
    var address = loopback(port: port)
    guard withGeneric(&address, { connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }) == 0 else {
      throw Refusal("cannot connect: \(String(cString: strerror(errno)))")
    }
    makePrompt(client)
    return client
  }

  /// `nil` when nobody waits.
  static func accepted(_ listener: Int32) -> Int32? {
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return nil }
    makePrompt(client)
    return client
  }

  /// What `send` returns.
  static func sent(_ view: View, to socket: Int32) -> Int { send(socket, view.baseAddress, view.count, quiet) }

  /// It does not make anybody wait, neither for more to send nor for what is not there.
  private static func makePrompt(_ socket: Int32) {
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    return address
  }

  private static func withGeneric<Value>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Value
  ) -> Value {
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
    }
  }
}
