// SPDX-License-Identifier: Apache-2.0

/// How the files of a directory are named: `{app}/{dataset}/{window}/part-{part}.{format}`. Folders tell jobs apart, and
/// the last step the files of one job.
public struct NameTemplate: Sendable, Hashable {
  public enum Hole: String, Sendable, Hashable, CaseIterable {
    case export, app, dataset, format, window, task, part
  }

  public enum Problem: Error, Sendable, Equatable {
    case empty, absolute, emptyStep, noFolder, noPart, partOfFolder, openBrace
    case unknown(String)
    /// A step that leads out of the directory, or is hidden.
    case hidden(String)
    case character(Character)
  }

  enum Piece: Sendable, Hashable {
    case text(String)
    case hole(Hole)
  }

  /// `EXPORT/APP/DATASET/FORMAT/LABEL/part-00000.json`
  public static let usual = NameTemplate(
    text: "{export}/{app}/{dataset}/{format}/{window}/part-{part}.{format}",
    folders: [Hole.export, .app, .dataset, .format, .window].map { [.hole($0)] },
    file: [.text("part-"), .hole(.part), .text("."), .hole(.format)])

  public let text: String
  private let folders: [[Piece]]
  private let file: [Piece]

  private init(text: String, folders: [[Piece]], file: [Piece]) {
    (self.text, self.folders, self.file) = (text, folders, file)
  }

  public init(_ text: String) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    guard text.first != "/" else { throw .absolute }
    var steps: [[Piece]] = []
    for step in text.split(separator: "/", omittingEmptySubsequences: false) { steps.append(try Self.pieces(step)) }
    guard steps.count > 1, let file = steps.popLast() else { throw .noFolder }
    guard !steps.contains(where: { $0.contains(.hole(.part)) }) else { throw .partOfFolder }
    guard file.contains(.hole(.part)) else { throw .noPart }
    self.init(text: text, folders: steps, file: file)
  }

  private static func pieces(_ step: Substring) throws(Problem) -> [Piece] {
    guard !step.isEmpty else { throw .emptyStep }
    guard step.first != "." else { throw .hidden(String(step)) }
    var (pieces, rest): ([Piece], Substring) = ([], step)
    while let first = rest.first {
      guard first == "{" else {
        let plain = rest.prefix { $0 != "{" }
        if let wrong = plain.first(where: { !isGood($0) }) { throw wrong == "}" ? .openBrace : .character(wrong) }
        pieces.append(.text(String(plain)))
        rest = rest.dropFirst(plain.count)
        continue
      }
      guard let end = rest.firstIndex(of: "}") else { throw .openBrace }
      let name = String(rest[rest.index(after: rest.startIndex)..<end])
      guard let hole = Hole(rawValue: name) else { throw .unknown(name) }
      pieces.append(.hole(hole))
      rest = rest[rest.index(after: end)...]
    }
    return pieces
  }

  /// Letters, numbers and a few signs that every file system takes.
  private static func isGood(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "-_.+@=, ".contains(character)
  }

  // MARK: Use

  /// What its folders hold.
  public var telling: Set<Hole> {
    Set(folders.joined().compactMap { piece in if case .hole(let hole) = piece { hole } else { nil } })
  }

  /// - Parameter value: a text without separators that does not begin with a dot.
  public func folder(_ value: (Hole) -> String) -> String {
    folders.map { Self.filled($0, value) }.joined(separator: "/")
  }

  public func file(_ value: (Hole) -> String) -> String { Self.filled(file, value) }

  private static func filled(_ pieces: [Piece], _ value: (Hole) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .hole(let hole): value(hole)
      }
    }.joined()
  }
}

extension NameTemplate.Problem {
  public var message: String {
    switch self {
    case .empty: "the name is empty"
    case .absolute: "the name begins with '/'"
    case .emptyStep: "the name has '//', or ends with '/'"
    case .noFolder: "the name has no folder"
    case .noPart: "the last step has no '{part}'"
    case .partOfFolder: "'{part}' stands in a folder"
    case .openBrace: "a brace is not closed, or not opened"
    case .unknown(let name): "unknown placeholder '{\(name)}'"
    case .hidden(let step): "the step '\(step)' leads out of the directory, or is hidden"
    case .character(let character): "the name has a character that not every file system takes: '\(character)'"
    }
  }

  public var help: String {
    switch self {
    case .unknown(let name):
      Suggestion.help(for: name, in: NameTemplate.Hole.allCases.map(\.rawValue))
        ?? "expected one of \(NameTemplate.Hole.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", "))"
    case .hidden: "no step begins with a dot"
    case .absolute: "it is relative to the directory"
    default: "write one such as \(NameTemplate.usual.text)"
    }
  }
}
