// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import LocalCloud

extension CloudCommand {
  struct Import: ParsableCommand, AnswersMachines {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Take export files into the local cloud, which serves them as they are.",
      discussion: """
        Files are JSON or CSV as Mobile Engagement exported them, or folders of them: of parts with a manifest.json, or \
        trees as 'outhaul run' makes them. The dataset is told by the content, by the manifest beside it, or by \
        --dataset; .gz files are to be unpacked first. Rows of a history go to the UTC day of their time; a later \
        snapshot takes the place of an earlier one, and files of one snapshot in one folder are one. A file that was imported is known, and changes nothing. Nothing of a \
        bad file is imported; when there is one, the status is 65. Stop 'cloud serve' on the same data meanwhile.

        """ + ExitStatus.help)

    @Argument(help: "Export files, and folders of them.", completion: .file())
    var files: [String]

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "The app of the files; may be repeated where files name their apps, each of which goes to the one of that name.",
        valueName: "collection/name"))
    var app: [String] = []

    @Option(help: ArgumentHelp("The collection of apps that only the files name.", valueName: "name"))
    var collection = "archive"

    @Option(
      help: ArgumentHelp("Of all files: \(ArchiveImport.datasets.joined(separator: ", ")).", valueName: "name"),
      completion: .list(ArchiveImport.datasets))
    var dataset: String?

    @OptionGroup var place: CloudPlaceOptions

    @Option(help: ArgumentHelp("Keep data here.", valueName: "dir"), completion: .directory)
    var data = ".outhaul/cloud"

    func validate() throws {
      _ = try place.apps(app)
      guard dataset.map({ ArchiveImport.datasets.contains($0) }) ?? true else {
        let help = Suggestion.help(for: dataset ?? "", in: ArchiveImport.datasets)
        throw ValidationError("--dataset '\(dataset ?? "")' is none" + (help.map { "; \($0)" } ?? ""))
      }
    }

    func run() throws {
      let home = try place.apps(["\(collection)/any"])[0]
      let archive = ArchiveImport(paths: files, apps: try place.apps(app), home: home, dataset: dataset)
      let lock = try CloudLock(URL(fileURLWithPath: data))
      defer { lock.release() }
      let outcome = try archive.run(in: URL(fileURLWithPath: data))
      switch common.output {
      case .json: Console.line(CloudText.json(outcome))
      case .text:
        for problem in CloudText.problems(outcome) { Console.error(problem) }
        Console.line(CloudText.text(outcome))
      }
      if outcome.count(.bad) > 0 { throw StatusError(status: .invalid) }
    }
  }
}
