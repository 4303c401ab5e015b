// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Synchronization

/// A browser without a window that a test speaks to: the DevTools protocol over two named pipes, one page.
final class DevTools: Sendable {
  struct Problem: Error { var text: String }

  private struct State {
    var number: Int64 = 0
    var received: [UInt8] = []
    /// What the browser told without being asked.
    var told: [JSONValue] = []
    var session: String?
  }

  /// A browser that says nothing for so long has died.
  private static let silence: Int32 = 120_000

  private let program: Program.Running
  private let commands: Int32
  private let answers: Int32
  private let state = Mutex(State())

  /// - Parameter folder: for its profile and the pipes.
  init(in folder: URL) async throws {
    let names = ["commands", "answers"].map { folder.appendingPathComponent("devtools-\($0)").path }
    for name in names {
      guard mkfifo(name, 0o600) == 0 else { throw Problem(text: "no pipe \(name): \(errno)") }
    }
    // Opened for both, so that neither side waits for the other.
    (commands, answers) = (open(names[0], O_RDWR | O_CLOEXEC), open(names[1], O_RDWR | O_CLOEXEC))
    program = try Program.start(
      [
        "-c", "exec \"$0\" \"$@\" 3<'\(names[0])' 4>'\(names[1])'", Browser.path ?? "", "--headless=new",
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
        "--user-data-dir=\(folder.appendingPathComponent("profile").path)", "about:blank",
      ], in: folder, environment: ["HOME": folder.path], executable: "/bin/sh")
    let target = try await call("Target.createTarget", ["url": "about:blank"])
    let session = try await call(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true])
    state.withLock { $0.session = session["sessionId"]?.string }
    for domain in ["Page", "Runtime", "Log"] { try await call("\(domain).enable") }
  }

  deinit {
    program.send(SIGKILL)
    close(commands)
    close(answers)
  }

  // MARK: The page

  /// Opens a page, and comes back when it has loaded.
  func show(_ url: URL, width: Int = 1200, height: Int = 900, isDark: Bool = false) async throws {
    try await call(
      "Emulation.setDeviceMetricsOverride",
      ["width": .int(Int64(width)), "height": .int(Int64(height)), "deviceScaleFactor": 1, "mobile": false])
    try await call(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")]]])
    try await call("Page.navigate", ["url": .string(url.absoluteString)])
    try await hear("Page.loadEventFired")
    _ = try await value(
      "new Promise(done => document.readyState === 'complete' ? done(1) : addEventListener('load', () => done(1)))")
    // What was asked to be drawn has been drawn in the frame after the next.
    _ = try await value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
  }

  /// What an expression, or the promise that it gives, is in the page.
  func value(_ expression: String) async throws -> JSONValue {
    let answer = try await call(
      "Runtime.evaluate", ["expression": .string(expression), "awaitPromise": true, "returnByValue": true])
    if let thrown = answer["exceptionDetails"] { throw Problem(text: thrown.canonicalText) }
    return answer.at(pointer: "/result/value") ?? .null
  }

  func text(_ expression: String) async throws -> String { try await value(expression).string ?? "" }

  /// Presses and releases a key where the focus is.
  func press(_ key: String, code: Int64 = 0, text: String? = nil) async throws {
    var down: [String: JSONValue] = ["type": text == nil ? "rawKeyDown" : "keyDown", "key": .string(key)]
    if let text { down["text"] = .string(text) }
    if code > 0 { down["windowsVirtualKeyCode"] = .int(code) }
    try await call("Input.dispatchKeyEvent", .object(down))
    down["type"] = "keyUp"
    down["text"] = nil
    try await call("Input.dispatchKeyEvent", .object(down))
  }

  func type(_ text: String) async throws { try await call("Input.insertText", ["text": .string(text)]) }

  func mouse(_ kind: String, _ x: Double, _ y: Double, pressed: Bool = false) async throws {
    let moves = kind == "mouseMoved"
    let button = moves && !pressed ? "none" : "left"
    try await call(
      "Input.dispatchMouseEvent",
      [
        "type": .string(kind), "x": .double(x), "y": .double(y), "button": .string(button),
        "buttons": .int(pressed ? 1 : 0), "clickCount": .int(moves ? 0 : 1),
      ])
  }

  /// A PNG of what is seen.
  func picture() async throws -> Data {
    let answer = try await call("Page.captureScreenshot", ["format": "png"])
    return Data(base64Encoded: answer["data"]?.string ?? "") ?? Data()
  }

  /// A PDF of the page as it is printed.
  func print() async throws -> Data {
    let answer = try await call("Page.printToPDF", ["preferCSSPageSize": true])
    return Data(base64Encoded: answer["data"]?.string ?? "") ?? Data()
  }

  /// Everything that the page, or the browser about it, has complained of.
  func complaints() async throws -> [String] {
    // What was said before the answer to this has been heard.
    _ = try await value("1")
    let kinds: Set<String> = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]
    return state.withLock { $0.told }.filter { kinds.contains($0["method"]?.string ?? "") }.map(\.canonicalText)
  }

  // MARK: The protocol

  @discardableResult
  private func call(_ method: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
    try await aside {
      let number = try self.send(method, parameters)
      while true {
        let message = try self.receive()
        guard message["id"]?.int == number else {
          self.state.withLock { $0.told.append(message) }
          continue
        }
        if let error = message["error"] { throw Problem(text: "\(method): \(error.canonicalText)") }
        return message["result"] ?? [:]
      }
    }
  }

  private func hear(_ method: String) async throws {
    try await aside {
      while !self.state.withLock({ state in state.told.contains { $0["method"]?.string == method } }) {
        let message = try self.receive()
        self.state.withLock { $0.told.append(message) }
      }
      self.state.withLock { state in state.told.removeAll { $0["method"]?.string == method } }
    }
  }

  private func send(_ method: String, _ parameters: JSONValue) throws -> Int64 {
    let (number, session) = state.withLock { state in
      state.number += 1
      return (state.number, state.session)
    }
    var message: [String: JSONValue] = ["id": .int(number), "method": .string(method), "params": parameters]
    if let session { message["sessionId"] = .string(session) }
    var bytes = JSONValue.object(message).canonicalBytes + [0]
    while !bytes.isEmpty {
      let written = write(commands, bytes, bytes.count)
      guard written > 0 else { throw Problem(text: "the browser takes nothing: \(errno)") }
      bytes.removeFirst(written)
    }
    return number
  }

  private func receive() throws -> JSONValue {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let whole: [UInt8]? = state.withLock { state in
        guard let end = state.received.firstIndex(of: 0) else { return nil }
        defer { state.received.removeFirst(end + 1) }
        return Array(state.received[..<end])
      }
      if let whole { return try JSONValue(parsing: whole) }
      var ready = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, Self.silence) == 1 else { throw Problem(text: "the browser is silent") }
      let count = read(answers, &buffer, buffer.count)
      guard count > 0 else { throw Problem(text: "the browser's pipe is broken: \(errno)") }
      state.withLock { $0.received += buffer[..<count] }
    }
  }

  /// On a thread of its own: reading waits.
  private func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
