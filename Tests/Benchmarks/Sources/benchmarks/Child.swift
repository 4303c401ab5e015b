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

/// A subprocess that was waited for, and what it used.
struct Child {
  var status: Int32
  /// In seconds.
  var wall: Double
  /// User and system time, in seconds.
  var cpu: Double
  /// The most memory that it had at once, in bytes.
  var peak: Int

  /// Runs a program to its end. Its standard output is thrown away, unless `output` names a
  /// file for it, its standard error is `errors`.
  ///
  /// The system counts what the parent had in memory at the start of a child as the child's: this program stays small
  /// so that it does not show.
  static func run(
    _ command: [String], in folder: String, errors: String, output: String = "/dev/null"
  ) throws -> Child {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)

    var arguments = command.map { strdup($0) } + [nil]
    var environment = Self.environment.map { strdup($0) } + [nil]
    defer { for text in arguments + environment { free(text) } }
    // The child begins where its parent stands.
    let files = FileManager.default
    let before = files.currentDirectoryPath
    guard files.changeCurrentDirectoryPath(folder) else { throw Failure("cannot enter '\(folder)'") }
    defer { _ = files.changeCurrentDirectoryPath(before) }

    var id: pid_t = 0
    let start = ContinuousClock.now
    let refused = posix_spawn(&id, command[0], &actions, nil, &arguments, &environment)
    guard refused == 0 else { throw Failure("\(command[0]): \(String(cString: strerror(refused)))") }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(id, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw Failure("wait4: \(String(cString: strerror(errno)))") }
    }
    let wall = ContinuousClock.now - start
    return Child(
      status: status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F), wall: wall.inSeconds,
      cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), peak: usage.ru_maxrss * peakUnit)
  }

  /// With the secrets that the manifests name, which open nothing.
  private static let environment = [
    "PATH=/usr/bin:/bin", "TZ=UTC", "TOKEN=token", "KEY=a2V5", "SAS=\(sas("rwl"))", "SAS_LISTS=\(sas("wl"))",
  ]

  private static func sas(_ rights: String) -> String {
    "sv=2020-10-02&sr=c&sp=\(rights)&se=2099-01-01T00:00:00Z&sig=c2ln"
  }

  /// What the system counts peak memory in.
  #if canImport(Darwin)
    private static let peakUnit = 1
  #else
    private static let peakUnit = 1024
  #endif

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
