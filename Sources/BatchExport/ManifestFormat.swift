// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML
import Foundation

/// The canonical form of a manifest, or of another YAML file that belongs to one.
public enum ManifestFormat {
  public enum Outcome: Sendable {
    case same
    case changed([UInt8])
    case invalid(DiagnosticList)
    /// It cannot be laid out safely.
    case left(reason: String)
  }

  /// - Throws: `ProjectError.unreadable`.
  public static func read(_ path: String) throws -> SourceFile { try Project.read(path, shownAs: path) }

  /// - Parameter name: what diagnostics show.
  /// - Throws: `ProjectError`.
  public static func read(_ handle: FileHandle, shownAs name: String) throws -> SourceFile {
    do {
      return SourceFile(name: name, bytes: try handle.readText(of: name))
    } catch let error as ProjectError {
      throw error
    } catch {
      throw ProjectError.unreadable(path: name, reason: FileProblem.reason(error))
    }
  }

  public static func format(_ file: SourceFile) -> Outcome {
    switch YAMLFormatter.format(file) {
    case .formatted(let bytes): bytes == file.bytes ? .same : .changed(bytes)
    case .unreadable(let diagnostics): .invalid(diagnostics)
    case .left(let reason): .left(reason: reason)
    }
  }
}
