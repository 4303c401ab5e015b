// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LocalCloud

extension CloudCommand {
  struct Faults: AsyncParsableCommand, AnswersMachines {
    static let configuration = CommandConfiguration(
      commandName: "faults",
      abstract: "List what can be asked to go wrong with --fault.",
      discussion: """
        With --url, the faults of a running cloud, which was started with --control; --set puts others in their place, \
        and --clear none.

        """ + ExitStatus.help)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The control_url of a running cloud.", valueName: "url"))
    var url: String?

    @Option(
      help: ArgumentHelp("The certificate of a cloud with --tls, which tells where it is.", valueName: "file"),
      completion: .file())
    var certificate: String?

    @Option(help: ArgumentHelp("A fault of that cloud from now on; may be repeated.", valueName: "fault"))
    var set: [String] = []

    @Flag(help: "No faults of that cloud from now on.")
    var clear = false

    func validate() throws {
      guard url != nil || (set.isEmpty && !clear && certificate == nil) else {
        throw ValidationError("--set, --clear and --certificate go with --url")
      }
      guard set.isEmpty || !clear else { throw ValidationError("--set or --clear, not both") }
      for rule in set { _ = try LocalSession.rule(rule, option: "--set") }
    }

    func run() async throws {
      guard let url else { return list() }
      let control = LocalCloudControl(url: url, certificate: certificate)
      if !set.isEmpty || clear { try await control.set(try set.map { try LocalSession.rule($0, option: "--set") }) }
      let rules = try await control.faults()
      switch common.output {
      case .json: Console.line(CloudText.json(["rules": rules], "cloud_faults"))
      case .text: Console.line(rules.isEmpty ? "no faults" : rules.joined(separator: "\n"))
      }
    }

    private func list() {
      switch common.output {
      case .json: Console.line(CloudText.faultsJSON())
      case .text: Console.line(CloudText.faults())
      }
    }
  }
}
