// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Ledger {
  /// Jobs of any plan that are done in parts, with these, and not done yet; parts that were split again among them.
  public func splits() throws -> [JobKey: [JobPart]] {
    try read(
      { db in
        var splits: [JobKey: [JobPart]] = [:]
        try StateStatement(
          """
          SELECT j.key, t.parts FROM job j JOIN job_text t ON t.id = j.id
          WHERE j.state <> 8 AND j.state = \(JobState.split.code)
          """, in: db
        ).forEach { row in
          guard let key = row.key(0), let parts = row.json(1)?.array?.compactMap({ JobPart($0) }) else { return }
          splits[key] = parts
        }
        return splits
      }, else: [:])
  }
}
