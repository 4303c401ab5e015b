// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Who writes to a state directory, as it says of itself in the lock.
public struct StateHolder: Sendable, Equatable {
  public var process: Int32
  /// `nil` when an earlier version holds it, which does not say.
  public var host: String?
  public var since: Instant
  public var command: String?

  /// Whether there is such a process.
  public enum Presence: Sendable {
    case alive
    /// Nobody here has the number: something that the holder started has the lock, or another container has.
    case gone
    /// It runs elsewhere, and cannot be seen from here.
    case elsewhere
  }

  public init(process: Int32, host: String?, since: Instant, command: String?) {
    (self.process, self.host, self.since, self.command) = (process, host, since, command)
  }

  /// This process.
  init(command: String, since: Instant) {
    self.init(
      process: ProcessInfo.processInfo.processIdentifier, host: Self.thisHost, since: since,
      command: command)
  }

  /// Who writes to a directory now; `nil` when nobody does. Does not keep a writer from beginning.
  public static func current(of directory: URL) -> StateHolder? {
    let descriptor = open(StateLock.path(in: directory), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Many may look at once; each has the lock for a moment, and a writer asks again.
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
      flock(descriptor, LOCK_UN)
      return nil
    }
    return StateHolder(descriptor)
  }

  public var presence: Presence {
    if let host, host != Self.thisHost { return .elsewhere }
    return kill(process, 0) == 0 || errno == EPERM ? .alive : .gone
  }

  // MARK: The lock's text

  /// `process 4711 on etl-1 since 2016-01-31T02:00:00Z: outhaul run`
  var text: String {
    let place = host.map { " on \($0)" } ?? ""
    return "process \(process)\(place) since \(since)\(command.map { ": \($0)" } ?? "")\n"
  }

  /// More than a lock says; the rest is not read.
  private static let textMost = 4096

  /// From a lock's file; `nil` when it names nobody.
  init?(_ descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: Self.textMost)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    self.init(String(decoding: bytes.prefix(count), as: UTF8.self))
  }

  init?(_ text: String) {
    guard let line = text.split(separator: "\n").first else { return nil }
    let parts = line.split(separator: ": ", maxSplits: 1)
    let words = parts[0].split(separator: " ")
    guard words.count == 4 || words.count == 6, words[0] == "process", let process = Int32(words[1]), process > 0,
      words[words.count - 2] == "since", let since = Instant(words[words.count - 1])
    else { return nil }
    self.init(
      process: process, host: words.count == 6 ? String(words[3]) : nil, since: since,
      command: parts.count > 1 ? String(parts[1]) : nil)
  }

  static let thisHost: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    // One word, so that the text is read as it was written.
    let word = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    return word.isEmpty ? "localhost" : word
  }()
}

extension StateHolder: CustomStringConvertible {
  /// The host is named only when it is another.
  public var description: String {
    let place = host.map { $0 == Self.thisHost ? "" : " on \($0)" } ?? ""
    return "process \(process)\(place) since \(since)\(command.map { ", '\($0)'" } ?? "")"
  }
}
