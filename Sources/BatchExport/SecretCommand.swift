// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A program that prints a secret, such as a password manager's. What it says on standard error is passed on.
struct SecretCommand {
  /// Longer than this no secret is waited for.
  static let timeLimit: Duration = .seconds(30)

  private let program: ChildProgram

  init(_ words: [String], folder: URL, environment: [String: String]) {
    program = ChildProgram(words, folder: folder, environment: environment, timeLimit: Self.timeLimit)
  }

  /// - Throws: `ChildProgram.Problem`, `Problem`; they say nothing of what was printed.
  func run() throws -> Secret {
    let ended = try program.run()
    guard ended.status == 0 else { throw Problem.status(ended.status) }
    guard let secret = Secret(line: String(decoding: ended.output, as: UTF8.self)) else { throw Problem.empty }
    return secret
  }

  enum Problem: Error, Equatable, CustomStringConvertible {
    case empty
    case status(Int32)

    var description: String {
      switch self {
      case .empty: "printed nothing"
      case .status(let status): "ended with status \(status)"
      }
    }
  }
}

extension Secret {
  /// A text without the end of its line; `nil` when nothing is left.
  init?(line text: String) {
    // A line end of two characters is one `Character`.
    let text = text.last?.isNewline == true ? String(text.dropLast()) : text
    guard !text.isEmpty else { return nil }
    self.init(text)
  }
}
