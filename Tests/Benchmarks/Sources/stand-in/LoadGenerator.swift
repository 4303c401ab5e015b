// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Asks the same again and again over many connections, with as little work as can be: what a client can do here at most.
final class LoadGenerator {
  /// What is asked.
  enum Kind: String, CaseIterable { case submit, poll, file }

  private let readiness = Readiness()
  private let request: Bytes
  /// By their descriptors, what of an answer has arrived.
  private var inputs: [Input?] = []
  private var sent = 0
  private var answered = 0
  private let requests: Int

  private final class Input { var bytes = Bytes(capacity: 1 << 16) }

  /// Makes a task to ask for.
  /// - Throws: `Refusal` when the stand-in cannot be reached.
  init(_ options: LoadOptions) throws {
    requests = options.requests
    let first = try Self.exchange(LoadRequests.submit, port: options.port)
    request = try LoadRequests.request(options.kind, firstAnswer: first.view)
    for _ in 0..<options.connections {
      let socket = try Sockets.connected(port: options.port)
      while inputs.count <= Int(socket) { inputs.append(nil) }
      inputs[Int(socket)] = Input()
      readiness.add(socket)
    }
  }

  /// Asks as often as it is to, then tells how fast that was.
  /// - Throws: `Refusal` for an answer that is none.
  func run() throws {
    let (began, cpu) = (Moment.steadyNanoseconds, Counts.cpu)
    for socket in inputs.indices where inputs[socket] != nil { try ask(Int32(socket)) }
    while answered < requests {
      var ready: [Int32] = []
      readiness.wait { ready.append($0) }
      for socket in ready { try take(socket) }
    }
    let wall = Double(Moment.steadyNanoseconds - began) / 1e9
    say("{\"requests\":\(requests),\"wall_seconds\":\(wall),\"cpu_seconds\":\(Counts.cpu - cpu)}\n")
  }

  private func ask(_ socket: Int32) throws {
    guard sent < requests else { return }
    guard Sockets.sent(request.view, to: socket) == request.count else { throw Refusal("a request was not taken") }
    sent += 1
  }

  private func take(_ socket: Int32) throws {
    guard let input = inputs[Int(socket)] else { return }
    guard input.bytes.read(from: socket) > 0 else { throw Refusal("the stand-in is gone") }
    guard let length = Self.length(ofAnswer: input.bytes.view) else { return }
    guard input.bytes.view.starts(with: "HTTP/1.1 20") else { throw Refusal("the stand-in refused") }
    input.bytes.take(length)
    answered += 1
    try ask(socket)
  }

  // MARK: Parts

  /// `nil` while something of it is missing.
  private static func length(ofAnswer bytes: View) -> Int? {
    guard let end = bytes.place(of: "\r\n\r\n"),
      var value = bytes.value(behind: "Content-Length:", upTo: UInt8(ascii: "\r"))
    else { return nil }
    while value.first == UInt8(ascii: " ") { value = value.from(1) }
    let length = end + 4 + value.number
    return bytes.count >= length ? length : nil
  }

  /// One request over a connection of its own.
  private static func exchange(_ text: String, port: Int) throws -> Bytes {
    let socket = try Sockets.connected(port: port)
    defer { close(socket) }
    let readiness = Readiness()
    readiness.add(socket)
    var request = Bytes()
    var answer = Bytes()
    for byte in text.utf8 { request.append(byte) }
    guard Sockets.sent(request.view, to: socket) == request.count else { throw Refusal("a request was not taken") }
    while length(ofAnswer: answer.view) == nil {
      readiness.wait { _ in }
      if answer.read(from: socket) == 0 { throw Refusal("the stand-in is gone") }
    }
    return answer
  }
}
