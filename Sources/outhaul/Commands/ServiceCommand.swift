// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct ServiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service",
    abstract: "List, show, check and try service descriptions.",
    discussion: ExitStatus.help,
    subcommands: [List.self, Show.self, Check.self, ServiceTryCommand.self])

  struct List: ParsableCommand, AnswersMachines {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the descriptions that are inside the program.",
      discussion: ExitStatus.help)

    @OptionGroup var common: CommonOptions

    func run() throws {
      let sheets = ServiceSheet.bundled
      switch common.output {
      case .json:
        let list: JSONValue = ["list": 1, "services": .array(sheets.map(\.summary))]
        Console.line(list.canonicalText)
      case .text:
        var rows = WrappedRows(indent: 0)
        for sheet in sheets {
          let retired = sheet.retired.map { sheet.title.contains("\($0)") ? "" : ", retired \($0)" } ?? ""
          rows.add(sheet.traits.name, "\(sheet.title); revision \(sheet.traits.revision)\(retired)")
        }
        Console.line(rows.text())
      }
    }
  }

  struct Show: ParsableCommand, AnswersMachines {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Tell what a service can export, what it needs and what it promises. No network.",
      discussion: ExitStatus.help)

    @OptionGroup var description: DescriptionArgument
    @OptionGroup var common: CommonOptions

    func run() throws {
      let sheet = try description.sheet()
      Console.line(common.output == .json ? sheet.json.canonicalText : sheet.text)
    }
  }
}

/// A description, by its bundled name or its path.
struct DescriptionArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A bundled name, or a path that has a '/' or ends in .yaml or .yml.", valueName: "name|file"),
    completion: .custom { _, _, prefix in Self.complete(prefix) })
  var service: String

  func sheet() throws -> ServiceSheet { try Self.sheet(service) }

  /// - Throws: `ProjectError`; `ValidationError` for a name that is not bundled.
  static func sheet(_ use: String) throws -> ServiceSheet {
    do {
      return try ServiceSheet(use, folder: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
    } catch ProjectError.unknownService(let name) {
      throw unknown(name)
    }
  }

  private static func unknown(_ name: String) -> ValidationError {
    let help = Suggestion.help(for: name, in: ServiceSheet.bundledNames) ?? "'outhaul service list' lists them"
    let path = FileManager.default.fileExists(atPath: name) ? "; for the file of that name write './\(name)'" : ""
    return ValidationError("no service description is called '\(name)': \(help)\(path)")
  }

  /// Bundled names, and files of the folder that may be descriptions.
  private static func complete(_ word: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []
    return (ServiceSheet.bundledNames + files.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") })
      .filter { $0.hasPrefix(word) }.sorted()
  }
}
