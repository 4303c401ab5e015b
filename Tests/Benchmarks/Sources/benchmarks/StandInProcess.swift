// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The service and the container that runs are measured against, in a process of its own.
final class StandInProcess {
  /// What it was asked, and what that took of its processor's time.
  struct Counts: Codable {
    var requests: Int
    var submit: Int
    var poll: Int
    var list: Int
    var listing: Int
    var get: Int
    var refused: Int
    var tasks: Int
    /// Different marks of tasks.
    var marks: Int
    var cpuSeconds: Double

    enum CodingKeys: String, CodingKey {
      case requests, submit, poll, list, listing, get, refused, tasks, marks
      case cpuSeconds = "cpu_seconds"
    }
  }

  /// `http://127.0.0.1:PORT`
  let address: String
  private let id: pid_t
  /// Its end is the sign to end.
  private var input: Int32
  private let output: Int32

  /// - Parameter taskTime: how long its tasks take, in seconds.
  /// - Throws: `Failure` when it does not begin.
  init(_ program: String, taskTime: Double = 0) throws {
    var (ins, outs): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&ins) == 0, pipe(&outs) == 0 else { throw Failure("pipe: \(String(cString: strerror(errno)))") }
    // Nobody else holds these ends: the end of one is an end.
    for descriptor in ins + outs { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ins[0], 0)
    posix_spawn_file_actions_adddup2(&actions, outs[1], 1)
    let words = [program, "--task-time", String(Int(taskTime * 1000))]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var id: pid_t = 0
    var nothing: [UnsafeMutablePointer<CChar>?] = [nil]
    let refused = posix_spawn(&id, program, &actions, nil, &arguments, &nothing)
    close(ins[0])
    close(outs[1])
    (self.id, input, output) = (id, ins[1], outs[0])
    guard refused == 0, let line = Self.line(from: outs[0]), line.hasPrefix("http://") else {
      throw Failure("\(program) does not begin")
    }
    address = line
  }

  deinit {
    if input >= 0 { _ = try? end() }
  }

  /// Ends it.
  /// - Throws: `Failure` when it was not there any more.
  func end() throws -> Counts {
    close(input)
    input = -1
    let line = Self.line(from: output)
    close(output)
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    guard let line, let counts = try? JSONDecoder().decode(Counts.self, from: Data(line.utf8)) else {
      throw Failure("the stand-in ended with \(status)")
    }
    return counts
  }

  private static func line(from descriptor: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }
}
