// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

struct FmtCommand: ParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Give manifests their canonical form. Comments, lines, quotes and meaning stay.",
    discussion: """
      Two blanks for each level, one after ':' and ',', none inside brackets, LF, no blanks at line ends, no two empty \
      lines together. A file that cannot be laid out safely is left alone, and that is told. '-' reads standard input \
      and writes standard output.

      """ + ExitStatus.help)

  @Argument(help: "The files, or -.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Flag(help: "Write nothing; name the files that are not in form or cannot be laid out, with status 2.")
  var check = false

  @Flag(help: "Write nothing; print what would change, with status 2 when something would.")
  var diff = false

  @OptionGroup var common: CommonOptions

  /// What became of a file.
  private enum Word: String { case same, changed, invalid, left }

  func run() throws {
    var words: [(file: String, word: Word, reason: String?)] = []
    for path in files {
      guard path == "-" || !PlanFile.isPlan(at: path) else {
        words.append((path, .left, "it is a plan, which is read byte for byte as it was written"))
        Console.error("\(path): left alone: it is a plan, which is read byte for byte as it was written")
        continue
      }
      let file =
        path == "-"
        ? try ManifestFormat.read(.standardInput, shownAs: "<stdin>") : try ManifestFormat.read(path)
      switch ManifestFormat.format(file) {
      case .same:
        words.append((path, .same, nil))
        if path == "-", !isLooking { Console.bytes(file.bytes) }
      case .changed(let bytes):
        words.append((path, .changed, nil))
        try change(file, path, bytes)
      case .invalid(let diagnostics):
        words.append((path, .invalid, nil))
        Console.error(diagnostics.text())
      case .left(let reason):
        words.append((path, .left, reason))
        Console.error("\(file.name): left alone: \(reason)")
        if path == "-", !isLooking { Console.bytes(file.bytes) }
      }
    }
    if common.output == .json { Console.line(Self.json(words)) }
    if words.contains(where: { $0.word == .invalid }) { throw StatusError(status: .invalid) }
    // What cannot be laid out is not known to be in form.
    if check, words.contains(where: { $0.word == .left }) { throw StatusError(status: .difference) }
    if isLooking, words.contains(where: { $0.word == .changed }) { throw StatusError(status: .difference) }
  }

  private var isLooking: Bool { check || diff }

  private func change(_ file: SourceFile, _ path: String, _ bytes: [UInt8]) throws {
    if diff, common.output == .text {
      let (old, new) = (String(decoding: file.bytes, as: UTF8.self), String(decoding: bytes, as: UTF8.self))
      Console.bytes(Array(UnifiedDiff(old, new, name: file.name).text.utf8))
    } else if check, common.output == .text {
      Console.line(file.name)
    }
    guard !isLooking else { return }
    guard path != "-" else { return Console.bytes(bytes) }
    do {
      // A link stays one: what it leads to is written.
      try Data(bytes).write(to: URL(fileURLWithPath: path).resolvingSymlinksInPath(), options: .atomic)
    } catch {
      throw ProjectError.unwritable(path: path, reason: FileProblem.reason(error))
    }
    if common.output == .text { Console.line(path) }
  }

  private static func json(_ words: [(file: String, word: Word, reason: String?)]) -> String {
    let files = words.map { entry -> JSONValue in
      .object(
        [
          "file": .string(entry.file), "result": .string(entry.word.rawValue),
          "reason": entry.reason.map { .string($0) },
        ].compactMapValues { $0 })
    }
    return JSONValue.object(["files": .array(files), "fmt": 1]).canonicalText
  }
}
