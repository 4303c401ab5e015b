// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Foundation

/// Takes one secret after the other, and says of each whether it is there, never what it is.
struct SecretExamination {
  let environment: [String: String]
  let folder: URL

  func examine(_ name: String, _ reference: SecretReference) -> (Secret?, Checkup) {
    let source = Self.words(reference)
    if case .environment(let variable) = reference, environment[variable] == "" {
      return (
        nil,
        .failed(
          .secret, name, "reference", "the environment variable \(variable) is empty", .refused,
          do: "give \(variable) its value")
      )
    }
    do {
      let found = try SecretResolver(environment: environment, folder: folder).resolve([name: reference])
      guard let secret = found[name] else { return (nil, Self.missing(name, source, reference)) }
      return (secret, remark(secret, name, source))
    } catch let error as SecretError {
      return (nil, Self.missing(name, error.missing.first?.source ?? source, reference))
    } catch {
      return (nil, Self.missing(name, source, reference))
    }
  }

  /// What is right but may not be meant.
  private func remark(_ secret: Secret, _ name: String, _ source: String) -> Checkup {
    let text = secret.reveal()
    let problem: String? =
      if text.last?.isNewline ?? false {
        "it ends with a line end"
      } else if text.allSatisfy(\.isWhitespace) {
        "it is blank"
      } else if text.first?.isWhitespace ?? false || text.last?.isWhitespace ?? false {
        "blanks stand around it"
      } else {
        nil
      }
    guard let problem else { return .ok(.secret, name, "reference", source) }
    return .warning(
      .secret, name, "reference", "\(source): \(problem), which is taken as part of the secret",
      do: "take it out unless it is meant")
  }

  private static func missing(_ name: String, _ why: String, _ reference: SecretReference) -> Checkup {
    let advice =
      switch reference {
      case .environment(let variable): "set \(variable) where outhaul runs"
      case .file(let path): "write the secret to \(path), readable for who runs outhaul"
      case .command(let words): "run '\(words.first ?? "")' by hand and see what it says"
      }
    return .failed(.secret, name, "reference", why, .refused, do: advice)
  }

  private static func words(_ reference: SecretReference) -> String {
    switch reference {
    case .environment(let variable): "from the environment variable \(variable)"
    case .file(let path): "from the file \(path)"
    case .command(let words): "from the command \(words.first ?? "")"
    }
  }
}
