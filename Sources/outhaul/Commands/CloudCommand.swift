// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import LocalCloud
import UnixSignals

struct CloudCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloud",
    abstract: "A local stand-in for Mobile Engagement, its tokens and Azure Blob storage.",
    discussion: ExitStatus.help,
    subcommands: [Serve.self, Seed.self, Import.self, Faults.self])

  struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "serve",
      abstract: "Serve on 127.0.0.1 until interrupted.",
      discussion: """
        Prints how a manifest, a storage client and a browser reach it. With --output json the first line holds \
        every endpoint, the page's URL, a subscription, a credential, a container SAS URL and the account key.

        """ + FaultTable.help + "\n\n" + ExitStatus.help)

    @OptionGroup var common: CommonOptions

    @Option(help: "The port; 0 for any free one.")
    var port = 0

    @Option(help: ArgumentHelp("Keep data here; a restart goes on.", valueName: "dir"), completion: .directory)
    var data = ".outhaul/cloud"

    @Option(help: ArgumentHelp("How many times faster tasks live.", valueName: "x"))
    var speed: Double = 1

    @Option(help: "Of all generated data; that of the data unless they are new.")
    var seed: UInt64?

    @Option(
      help: ArgumentHelp(
        "An app, made when missing; may be repeated. Without any, what the data hold; two apps in data that are new.",
        valueName: "collection/name"))
    var app: [String] = []

    @OptionGroup var place: CloudPlaceOptions

    @Option(help: ArgumentHelp("Devices of each app that is made.", valueName: "n"))
    var devices = 120

    @Option(help: ArgumentHelp("Tasks of one app that run at once.", valueName: "n"))
    var running = 1

    @OptionGroup var life: CloudLifeOptions

    @Flag(help: "Offer the Device export, which is in no published contract.")
    var extended = false

    @Flag(help: "Speak https only, with a certificate that is made for this machine.")
    var tls = false

    @Flag(help: "Take tokens of this cloud only, for the right audience and tenant.")
    var strict = false

    @Flag(help: "Offer the control endpoint, which counts requests and tasks and sets faults: for tests.")
    var control = false

    @Option(help: ArgumentHelp("A fault, such as submit:lost-answer:10%; may be repeated."))
    var fault: [String] = []

    func validate() throws {
      guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
      guard (1e-6...1e6).contains(speed) else {
        throw ValidationError("--speed takes a number from 0.000001 to 1000000")
      }
      guard devices > 0, running > 0 else { throw ValidationError("--devices and --running take numbers above 0") }
      _ = try place.apps(app)
      for fault in fault { _ = try LocalSession.rule(fault) }
    }

    func run() async throws {
      let cloud = try await LocalCloud(try configuration(), logger: common.logger)
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      let format = common.output
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await cloud.run { Self.announce($0, apps: (try? cloud.apps()) ?? [], as: format) }
        }
        group.addTask { for await _ in signals { return } }
        try await group.next()
        group.cancelAll()
      }
    }

    private func configuration() throws -> LocalCloudConfiguration {
      var configuration = LocalCloudConfiguration(directory: URL(fileURLWithPath: data))
      configuration.port = port
      configuration.speed = speed
      configuration.seed = seed
      configuration.devicesPerApp = devices
      configuration.runningPerApp = running
      configuration.extended = extended
      (configuration.strict, configuration.tls, configuration.control) = (strict, tls, control)
      (configuration.life, configuration.partSize) = (life.life, life.partSize.bytes)
      configuration.faults = try fault.map { try LocalSession.rule($0) }
      configuration.apps = try place.apps(app)
      configuration.firstApps = try place.apps(["contoso/contoso-android", "contoso/contoso-ios"])
      return configuration
    }

    private static func announce(
      _ endpoints: LocalCloudEndpoints, apps: [LocalCloudApp], as format: OutputFormat
    ) {
      switch format {
      case .json:
        Console.line(CloudText.json(endpoints, "cloud_serve"))
      case .text:
        Console.line(CloudWords(endpoints: endpoints, apps: apps).text)
      }
    }
  }
}
