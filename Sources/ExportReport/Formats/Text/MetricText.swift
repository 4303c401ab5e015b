// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Writes metrics in the text form of Prometheus, as the node exporter's textfile collector takes it: no timestamps.
struct MetricText: Sendable {
  enum Kind: String, Sendable { case gauge, histogram }

  typealias Label = (name: String, value: String)

  private(set) var bytes: [UInt8] = []
  /// What every sample has.
  private let common: [Label]

  init(common: [Label]) { self.common = common }

  /// Begins a metric; its samples follow.
  mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
    let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    raw("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
  }

  mutating func sample(_ name: String, _ labels: [Label] = [], _ value: String) {
    raw(name)
    let all = common + labels
    for (index, label) in all.enumerated() {
      raw(index == 0 ? "{" : ",")
      raw("\(label.name)=\"")
      escape(label.value)
      raw("\"")
    }
    raw(all.isEmpty ? " " : "} ")
    raw("\(value)\n")
  }

  mutating func sample(_ name: String, _ labels: [Label] = [], _ value: some BinaryInteger) {
    sample(name, labels, String(value))
  }

  private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): raw("\\\\")
      case UInt8(ascii: "\""): raw("\\\"")
      case 0x0A: raw("\\n")
      default: bytes.append(byte)
      }
    }
  }
}

/// How many durations are at most so long, as a histogram tells it.
struct DurationBuckets: Sendable {
  /// A second to a day.
  static let bounds: [Int64] = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

  /// By bound; those that are longer than the last are in `count` alone.
  private var counts = [Int](repeating: 0, count: bounds.count)
  private(set) var count = 0
  private(set) var milliseconds: Int64 = 0

  mutating func add(_ duration: Duration) {
    count += 1
    milliseconds += duration.milliseconds
    guard let place = Self.bounds.firstIndex(where: { duration <= .seconds($0) }) else { return }
    counts[place] += 1
  }

  /// Each bound with how many are at most that.
  var cumulative: [(bound: Int64, count: Int)] {
    var sum = 0
    return zip(Self.bounds, counts).map { bound, count in
      sum += count
      return (bound, sum)
    }
  }
}
