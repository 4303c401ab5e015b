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

/// What was measured on, and what it can do by itself: figures to hold the program's against.
struct Machine: Codable {
  /// One ability of the machine.
  struct Limit: Codable {
    var name: String
    var value: Double
    var unit: String
  }

  var processor: String
  var cores: Int
  var memoryBytes: UInt64
  var system: String
  /// How many processes wanted a processor in the minute before: other work shows in the time that passed.
  var load: Double
  var limits: [Limit]

  enum CodingKeys: String, CodingKey {
    case processor, cores, system, load, limits
    case memoryBytes = "memory_bytes"
  }

  /// - Parameters:
  ///   - load: before anything was measured.
  ///   - more: limits that were measured elsewhere.
  ///   - isBrief: little is copied and written, for a look whether it works.
  static func measured(in folder: WorkFolder, load: Double, more: [Limit], isBrief: Bool) throws -> Machine {
    let process = ProcessInfo.processInfo
    return Machine(
      processor: field("model name", in: "/proc/cpuinfo", separator: ":") ?? "unknown",
      cores: process.activeProcessorCount, memoryBytes: process.physicalMemory,
      system: field("PRETTY_NAME", in: "/etc/os-release", separator: "=") ?? process.operatingSystemVersionString,
      load: load,
      limits: try more + MachineLimits(folder: folder, megabytes: isBrief ? 1 : 256).all())
  }

  /// The average of the last minute.
  static var load: Double {
    var load = 0.0
    return getloadavg(&load, 1) == 1 ? load : 0
  }

  /// `NAME: VALUE` or `NAME="VALUE"` in a file of the system.
  private static func field(_ name: String, in path: String, separator: Character) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where line.hasPrefix(name) {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2 { return String(parts[1].drop { " \"".contains($0) }.filter { $0 != "\"" }) }
    }
    return nil
  }
}
