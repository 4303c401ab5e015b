// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import LocalCloud

/// Where apps of the local cloud are.
struct CloudPlaceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Of the apps.", valueName: "id"))
  var subscription = LocalCloudApp.subscription

  @Option(help: ArgumentHelp("Of the apps.", valueName: "name"))
  var resourceGroup = LocalCloudApp.resourceGroup

  /// - Throws: `ValidationError` for a name that is not `COLLECTION/NAME`.
  func apps(_ names: [String]) throws -> [LocalCloudApp] {
    try names.map { name in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts.contains("") else { throw ValidationError("--app takes COLLECTION/NAME") }
      return LocalCloudApp(
        subscription: subscription, resourceGroup: resourceGroup, collection: parts[0], name: parts[1])
    }
  }
}

/// How tasks of the local cloud live, in time that `--speed` makes faster.
struct CloudLifeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("From the making of a task until it may start: a duration, or two.", valueName: "from..to"))
  var startDelay = SpanArgument(20, 90)

  @Option(help: ArgumentHelp("From its start until it writes, besides what its size takes.", valueName: "from..to"))
  var runTime = SpanArgument(5, 30)

  @Option(help: ArgumentHelp("What a running task exports in a second.", valueName: "size"))
  var rate = SizeArgument(8 << 20)

  @Option(help: ArgumentHelp("A part of an export that has reached it is followed by another.", valueName: "size"))
  var partSize = SizeArgument(256 << 20)

  var life: LocalCloudLife {
    var life = LocalCloudLife()
    (life.startDelay, life.runTime, life.bytesPerSecond) = (startDelay.seconds, runTime.seconds, Double(rate.bytes))
    return life
  }
}

/// `30s`, or `20s..90s`.
struct SpanArgument: ExpressibleByArgument {
  let seconds: ClosedRange<Double>

  init(_ low: Double, _ high: Double) { seconds = low...high }

  init?(argument: String) {
    let ends = argument.components(separatedBy: "..").map { text -> Double? in
      text == "0" ? 0 : DurationText.parse(text).map { $0 / .seconds(1) }
    }
    guard ends.count <= 2, let low = ends[0], let high = ends[ends.count - 1], low >= 0, low <= high else { return nil }
    seconds = low...high
  }

  var defaultValueDescription: String { "\(Int(seconds.lowerBound))s..\(Int(seconds.upperBound))s" }
}

/// Bytes: `4096`, `64KiB`, `256MiB`, `1GiB`.
struct SizeArgument: ExpressibleByArgument {
  let bytes: Int64
  private static let units: [(name: String, shift: Int64)] = [("GiB", 30), ("MiB", 20), ("KiB", 10)]

  init(_ bytes: Int64) { self.bytes = bytes }

  init?(argument: String) {
    let unit = Self.units.first { argument.hasSuffix($0.name) }
    guard let number = Int64(argument.dropLast(unit?.name.count ?? 0)), (1...1_000_000_000_000).contains(number) else {
      return nil
    }
    bytes = number << (unit?.shift ?? 0)
  }

  var defaultValueDescription: String { "\(bytes >> 20)MiB" }
}
