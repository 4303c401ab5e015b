// SPDX-License-Identifier: Apache-2.0

/// outhaul(1): what the parser knows of the commands, with exit status, files and environment.
struct ManualPage {
  private let root: CommandTree.Command

  init(_ tree: CommandTree) { root = tree.command }

  /// The same for the same program.
  var text: String {
    var page = Roff()
    page.set(".TH OUTHAUL 1 \(Self.day) \"outhaul \(Outhaul.version)\" \"Outhaul\"")
    page.request("SH", "NAME")
    page.set("outhaul \\- \(Roff.escaped(Self.short(root.abstract)))")
    page.request("SH", "SYNOPSIS")
    page.set("\(Roff.bold("outhaul")) \(Roff.slanted("command")) [\(Roff.slanted("option"))...]")
    page.request("SH", "DESCRIPTION")
    page.paragraphs(Self.description)
    page.request("SH", "COMMANDS")
    for command in root.all where command.subcommands?.isEmpty ?? true { Self.write(command, to: &page) }
    page.request("SH", "OPTIONS OF EVERY COMMAND")
    for argument in root.shown { Self.write(argument, to: &page) }
    page.request("SH", "EXIT STATUS")
    for status in ExitStatus.allCases { page.item(Roff.bold("\(status.rawValue)"), status.meaning) }
    page.request("SH", "FILES")
    for (path, meaning) in Self.files { page.item(Roff.slanted(path), meaning) }
    page.request("SH", "ENVIRONMENT")
    for (name, meaning) in Self.environment { page.item(Roff.bold(name), meaning) }
    return page.text
  }

  /// Of the version, so that the same program gives the same page on any day.
  private static let day = "2026-11-28"

  private static func short(_ abstract: String?) -> String {
    let text = (abstract ?? "").hasSuffix(".") ? String((abstract ?? "").dropLast()) : abstract ?? ""
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  // MARK: Commands

  private static func write(_ command: CommandTree.Command, to page: inout Roff) {
    page.request("SS", command.words)
    page.set(synopsis(of: command))
    page.request("PP")
    page.paragraphs([command.abstract ?? "", prose(of: command)].filter { !$0.isEmpty }.joined(separator: "\n\n"))
    for argument in command.shown where !argument.isOfEvery { write(argument, to: &page) }
  }

  /// What the command says of itself, without what every one of them repeats.
  private static func prose(of command: CommandTree.Command) -> String {
    var text = (command.discussion ?? "").replacing(ExitStatus.help, with: "")
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }

  private static func synopsis(of command: CommandTree.Command) -> String {
    let arguments = command.shown.filter { $0.kind == .positional }.map { argument in
      let name = Roff.slanted(argument.valueName ?? "value") + (argument.isRepeating ? "..." : "")
      return argument.isOptional ? "[\(name)]" : name
    }
    let hasOptions = command.shown.contains { $0.kind != .positional && !$0.isOfEvery }
    return ([Roff.bold(command.words)] + arguments + (hasOptions ? ["[\(Roff.slanted("option"))...]"] : []))
      .joined(separator: " ")
  }

  private static func write(_ argument: CommandTree.Argument, to page: inout Roff) {
    let value = Roff.slanted(argument.valueName ?? "value")
    let names = (argument.names ?? []).map { Roff.bold($0.text) }.joined(separator: ", ")
    let head =
      switch argument.kind {
      case .positional: value
      case .option: "\(names) \(value)"
      case .flag: names
      }
    page.item(head, words(of: argument))
  }

  private static func words(of argument: CommandTree.Argument) -> String {
    var parts = [argument.abstract ?? ""]
    if let values = argument.allValues, !values.isEmpty { parts.append("One of \(values.joined(separator: ", ")).") }
    if let value = argument.defaultValue { parts.append("\(value) unless said.") }
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension Roff {
  /// A term, and what is said of it.
  fileprivate mutating func item(_ head: String, _ words: String) {
    request("TP")
    set(head)
    set(Roff.line(words))
  }
}
