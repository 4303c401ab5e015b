// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a comment says of a block, or of what follows on the page.
enum DocumentedMark: Equatable {
  /// `project NAME`: from here on everything is done in another folder; see `DocumentedProject`.
  case project(String)
  /// `rest by SUITE`: another suite holds the blocks of the page that have no mark.
  case rest(suite: String)
  /// `first COMMAND`: what a reader has done before, by a shell.
  case first(String)
  /// `run`, `run exit=2`: given to a shell, which ends with that.
  case run(exit: Int32)
  /// `serve`: given to a shell; it says in a line of JSON that it serves, and is stopped then.
  case serve
  /// `then COMMAND`: by a shell, behind the block; it looks at what the block has made.
  case then(String)
  /// `output`: what the block above prints. `…` stands for anything on a line; alone on a line, for any lines.
  case output
  /// `file PATH`: written there.
  case file(String)
  /// `manifest`: written to `manifest.yaml`, and valid.
  case manifest
  /// `json`: can be read as that.
  case json
  /// `by SUITE`: another suite holds it.
  case by(suite: String)
  /// `shown`: nothing that could be given to a program.
  case shown
  /// `not run, because REASON`: it cannot be run by a test.
  case notRun(String)
  /// None of these.
  case unknown(String)

  /// From a line that is a comment of this kind.
  init?(line: String) {
    guard let text = line.wholeMatch(of: #/\s*<!-- test: (.*) -->\s*/#)?.1 else { return nil }
    let words = text.split(separator: " ").map(String.init)
    let rest = words.dropFirst().joined(separator: " ")
    switch (words.first, words.count) {
    case ("project", 2): self = .project(rest)
    case ("rest", 3) where words[1] == "by": self = .rest(suite: words[2])
    case ("first", 2...): self = .first(rest)
    case ("then", 2...): self = .then(rest)
    case ("serve", 1): self = .serve
    case ("run", 1): self = .run(exit: 0)
    case ("run", 2):
      guard words[1].hasPrefix("exit="), let status = Int32(words[1].dropFirst(5)) else { fallthrough }
      self = .run(exit: status)
    case ("output", 1): self = .output
    case ("file", 2): self = .file(rest)
    case ("manifest", 1): self = .manifest
    case ("json", 1): self = .json
    case ("by", 2): self = .by(suite: rest)
    case ("shown", 1): self = .shown
    case ("not", 4...) where text.hasPrefix("not run, because "):
      self = .notRun(String(text.dropFirst("not run, because ".count)))
    default: self = .unknown(String(text))
    }
  }

  var isOfPage: Bool {
    switch self {
    case .project, .rest: true
    default: false
    }
  }
}
