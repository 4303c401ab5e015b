// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Seconds as token endpoints and tokens tell them.
package enum TokenSeconds {
  /// Some 35,000 years: as a length of time, and as a time since 1970.
  static let limit: Int64 = 1 << 40

  /// Of a number (v2), or of a text of digits (v1, managed identities); `nil` for what no token can mean, which is then
  /// taken as not said.
  package static func read(_ value: JSONValue?) -> Int64? {
    guard let number = value?.int ?? value?.string.flatMap({ Int64($0) }), (0..<limit).contains(number) else {
      return nil
    }
    return number
  }
}
