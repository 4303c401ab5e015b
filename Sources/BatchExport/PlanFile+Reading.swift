// SPDX-License-Identifier: Apache-2.0
import ExportPlan
import Foundation

extension PlanFile {
  /// Reads a plan from a file.
  /// - Throws: `ProjectError`.
  public init(reading path: String) throws {
    let file = try Project.read(path, shownAs: path)
    do {
      try self.init(parsing: file.bytes)
    } catch let error as PlanFileError {
      throw ProjectError.plan(path: path, error)
    }
  }
}
