// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stand-in of the Export API and of a container that is so cheap that it is never what is measured: one thread, all in
/// memory, and only what a run needs. It holds nobody to the contract; the local cloud does that.
@main
struct StandIn {
  static func main() {
    do {
      try run(CommandLine.arguments.dropFirst())
    } catch {
      let line = Array("stand-in: \(error)\n".utf8)
      _ = write(2, line, line.count)
      exit(1)
    }
  }

  private static func run(_ arguments: ArraySlice<String>) throws {
    Signals.watch()
    switch arguments.first {
    case "load":
      let generator = try LoadGenerator(LoadOptions(arguments.dropFirst()))
      try generator.run()
    case "round-trip": try RoundTrip.run(LoadOptions(arguments.dropFirst()))
    default:
      var server = try Server(StandInOptions(arguments))
      server.run()
    }
  }
}

/// Writes to the standard output.
func say(_ text: String) {
  let bytes = Array(text.utf8)
  _ = write(1, bytes, bytes.count)
}

/// SIGTERM and SIGINT, which end it.
enum Signals {
  private nonisolated(unsafe) static var flag: sig_atomic_t = 0

  static var came: Bool { flag != 0 }

  static func watch() {
    for number in [SIGTERM, SIGINT] { signal(number) { _ in Signals.flag = 1 } }
    signal(SIGPIPE, SIG_IGN)
  }
}

/// Why it does not begin.
struct Refusal: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
