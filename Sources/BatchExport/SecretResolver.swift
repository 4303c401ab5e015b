// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Foundation

/// Takes secrets from where the manifest says they are, once, when a run begins.
public struct SecretResolver: Sendable {
  /// Of a file, in bytes.
  private static let sizeLimit = ChildProgram.sizeLimit

  private let environment: [String: String]
  private let folder: URL

  /// - Parameter folder: what file references are relative to: the manifest's.
  public init(environment: [String: String], folder: URL) {
    (self.environment, self.folder) = (environment, folder)
  }

  /// Every secret by its name.
  /// - Throws: `SecretError` with all that are missing.
  public func resolve(_ references: [String: SecretReference]) throws -> [String: Secret] {
    var secrets: [String: Secret] = [:]
    var missing: [SecretError.Missing] = []
    for (name, reference) in references.sorted(by: { $0.key < $1.key }) {
      switch reference {
      case .environment(let variable):
        if let value = environment[variable], !value.isEmpty {
          secrets[name] = Secret(value)
        } else {
          missing.append(.init(name: name, source: "the environment variable \(variable) is not set"))
        }
      case .file(let path):
        let bytes = read(path)
        if let bytes, bytes.count > Self.sizeLimit {
          missing.append(.init(name: name, source: "the file \(path) is longer than \(Self.sizeLimit) bytes"))
        } else if let bytes, let text = String(bytes: bytes, encoding: .utf8), let secret = Secret(line: text) {
          secrets[name] = secret
        } else {
          missing.append(.init(name: name, source: "the file \(path) cannot be read or is empty"))
        }
      case .command(let words):
        do {
          secrets[name] = try SecretCommand(words, folder: folder, environment: environment).run()
        } catch {
          missing.append(.init(name: name, source: "the command \(words.first ?? "") \(error)"))
        }
      }
    }
    guard missing.isEmpty else { throw SecretError(missing: missing) }
    return secrets
  }

  /// At most one byte more than a secret may have.
  private func read(_ path: String) -> Data? {
    let url = URL(fileURLWithPath: path, relativeTo: folder)
    guard let file = try? FileHandle(forReadingFrom: url) else { return nil }
    defer { try? file.close() }
    return try? file.read(upToCount: Self.sizeLimit + 1)
  }
}

/// Secrets that are not where the manifest says.
public struct SecretError: Error, Sendable, Equatable {
  public struct Missing: Sendable, Equatable {
    public var name: String
    public var source: String
  }

  public var missing: [Missing]
}

extension SecretError: CustomStringConvertible {
  public var description: String {
    missing.map { "the secret '\($0.name)' is missing: \($0.source)" }.joined(separator: "; ")
  }
}
