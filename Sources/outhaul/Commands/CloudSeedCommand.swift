// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import LocalCloud

extension CloudCommand {
  struct Seed: ParsableCommand, AnswersMachines {
    static let configuration = CommandConfiguration(
      commandName: "seed",
      abstract: "Make apps with devices, campaigns and the history of some days, at once.",
      discussion: """
        The same seed, apps, devices and days make the same bytes of every export, on any machine and any day: that is \
        why the days are said, and begin with 2016-01-01 unless they are. 'cloud serve' on the same --data serves them; \
        days that were not made are empty. The command may be repeated, also after a kill, and with more days.

        """ + ExitStatus.help)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("How many apps: app-1, app-2, …", valueName: "n"))
    var apps = 1

    @Option(help: ArgumentHelp("Devices of each app.", valueName: "n"))
    var devices = 120

    @Option(help: ArgumentHelp("Days of history.", valueName: "n"))
    var days = 30

    @Option(help: "Of all generated data; that of the data unless they are new, which have 1.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("The first day, UTC; 2016-01-01 unless --through is given.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("The last day, in place of the first.", valueName: "date"))
    var through: String?

    @Option(help: ArgumentHelp("Of the apps.", valueName: "name"))
    var collection = "contoso"

    @OptionGroup var place: CloudPlaceOptions

    @Option(help: ArgumentHelp("Keep data here.", valueName: "dir"), completion: .directory)
    var data = ".outhaul/cloud"

    func validate() throws {
      guard (1...10_000).contains(apps), (1...1_000_000).contains(devices), (1...36_600).contains(days) else {
        throw ValidationError(
          "--apps takes a number from 1 to 10000, --devices one up to 1000000, --days one up to 36600")
      }
      _ = try range()
      _ = try names()
    }

    func run() throws {
      let lock = try CloudLock(URL(fileURLWithPath: data))
      defer { lock.release() }
      let seeding = CloudSeeding(apps: try names(), devices: devices, days: try range())
      let outcome = try seeding.make(in: URL(fileURLWithPath: data), seed: seed)
      switch common.output {
      case .json: Console.line(CloudText.json(outcome, "cloud_seed"))
      case .text: Console.line(CloudText.text(outcome, in: data))
      }
    }

    private func names() throws -> [LocalCloudApp] {
      try place.apps((1...apps).map { "\(collection)/app-\($0)" })
    }

    private func range() throws -> ClosedRange<Int> {
      guard from == nil || through == nil else {
        throw ValidationError("--from and --through: one of them, and --days")
      }
      guard let day = CloudSeeding.day(from ?? through ?? "2016-01-01") else {
        throw ValidationError("--from and --through take a day such as 2016-01-01")
      }
      let first = through == nil ? day : day - days + 1
      let range = first...(first + days - 1)
      guard let today = CloudSeeding.day(String("\(WallClock().now)".prefix(10))), range.upperBound <= today else {
        throw ValidationError("the days end after today: what has not happened yet is in no export")
      }
      return range
    }
  }
}
