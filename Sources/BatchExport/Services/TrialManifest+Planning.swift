// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Foundation

extension TrialManifest {
  /// Reads the manifest as any other, and plans what it says.
  /// - Throws: `TrialMistake` with what is wrong by the options that it came from; `ProjectError`.
  public func planned(asOf: Instant, environment: [String: String]) throws -> (project: Project, plan: Plan) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-try-\(UUID().uuidString)")
    let file = folder.appendingPathComponent("manifest.yaml")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    } catch {
      throw ProjectError.unwritable(path: file.path, reason: FileProblem.reason(error))
    }
    do {
      let project = try Project(path: file.path, variables: [:], environment: environment)
      return (project, try project.expand(asOf: asOf))
    } catch ProjectError.invalid(let problems) {
      throw mistake(problems, at: file.path)
    }
  }

  /// What is wrong, by options; problems of the description itself stay as they are.
  func mistake(_ problems: DiagnosticList, at path: String) -> any Error {
    let errors = problems.all.filter { $0.severity == .error }
    guard errors.allSatisfy({ $0.place?.file.name == path }) else { return ProjectError.invalid(problems) }
    return TrialMistake(
      lines: errors.map { problem in
        let prefix = problem.place.flatMap { self.option(ofLine: $0.line) }.map { "\($0): " } ?? ""
        return prefix + problem.message + (problem.help.map { "; \($0)" } ?? "")
      })
  }
}

/// What is wrong with the options of a trial.
public struct TrialMistake: Error, Sendable {
  public var lines: [String]
}
