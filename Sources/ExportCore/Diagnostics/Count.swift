// SPDX-License-Identifier: Apache-2.0

/// Numbers with what they count.
public enum Count {
  /// `1 job`, `2 jobs`.
  public static func words(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
