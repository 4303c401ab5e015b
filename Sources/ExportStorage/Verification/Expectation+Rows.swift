// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Expectation {
  /// The verification, when there are rows enough. Files that could not be read have no count, and are not held to it.
  /// - Throws: `StoreError.artifact`.
  func hold(_ verification: Verification) throws(StoreError) -> Verification {
    guard verification.level == .verified, verification.rows < Int64(minRows) else { return verification }
    let found = "\(verification.rows) row\(verification.rows == 1 ? "" : "s")"
    throw StoreError.artifact("the files have \(found), and 'min_rows' wants \(minRows)")
  }
}
