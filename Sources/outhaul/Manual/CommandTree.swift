// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// The commands with their arguments, as the parser tells them of itself.
struct CommandTree: Decodable {
  let command: Command

  /// - Throws: when the parser's own description has another form than the one it had.
  init(of root: any ParsableCommand.Type) throws {
    // What `--experimental-dump-help` prints; the parser has no other way to its arguments.
    self = try JSONDecoder().decode(Self.self, from: Data(root._dumpHelp().utf8))
  }

  struct Command: Decodable {
    let commandName: String
    let superCommands: [String]?
    let shouldDisplay: Bool
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [Command]?

    /// As it is typed: `outhaul cloud serve`.
    var words: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// This one and all below it that are shown, from the top.
    var all: [Command] { [self] + (subcommands ?? []).filter(\.shouldDisplay).flatMap(\.all) }

    var shown: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
  }

  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      let kind: String
      let name: String

      var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }

    let kind: Kind
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?

    /// Taken by every command.
    var isOfEvery: Bool { (names ?? []).contains { ["help", "version"].contains($0.name) } }
  }
}
