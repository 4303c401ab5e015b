// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// A file that a command writes its result to. What the command reads is never written over.
struct OutputFile {
  let url: URL
  private let path: String

  /// - Parameter project: what the result is made of.
  /// - Throws: `ValidationError` when the path leads to a file that the project was read from.
  init(_ path: String, besides project: Project) throws {
    (self.path, url) = (path, URL(fileURLWithPath: path))
    // What is written is the URL: `x/..` and a slash at the end are gone from it.
    guard let identity = FileIdentity(url.path) else { return }
    if let source = project.sources.first(where: { FileIdentity($0) == identity }) {
      throw ValidationError("--out '\(path)' would write over '\(source)', which is read; name another file")
    }
  }

  /// Refuses what is there and is no plan, unless its name says that it is one.
  func refuseOther() throws {
    guard let identity = FileIdentity(url.path) else { return }
    guard identity.isFile else { throw ValidationError("--out '\(path)' is no file") }
    guard path.hasSuffix(".json") || PlanFile.isPlan(at: url.path) else {
      throw ValidationError("--out '\(path)' would write over a file that is no plan; name another, or one in .json")
    }
  }

  /// - Throws: `ProjectError.unwritable`.
  func write(_ body: (URL) throws -> Void) throws {
    do { try body(url) } catch { throw ProjectError.unwritable(path: path, reason: FileProblem.reason(error)) }
  }
}
