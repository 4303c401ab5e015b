// SPDX-License-Identifier: Apache-2.0

// Jobs that wait for the same gates are told by one number, so that what follows from a gate is reckoned for all of them
// at once.
extension JobTable {
  /// The same for jobs that wait for the same gates; 0 for those that wait for none.
  public func waiting(of job: Int) -> Int { Int(rows[job].after) }

  /// One more than the greatest of `waiting(of:)`.
  public var waitingCount: Int { waits.values.count }

  /// Ascending.
  public func gates(ofWaiting number: Int) -> [Int] { waits.values[number] }
}
