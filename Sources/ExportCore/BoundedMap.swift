// SPDX-License-Identifier: Apache-2.0

extension Array where Element: Sendable {
  /// Every element changed, in the array's order, with at most `limit` changes under way at the same time.
  /// - Throws: what the first failure threw; the others are cancelled then.
  public func mapped<Value: Sendable>(
    atOnce limit: Int, _ change: @escaping @Sendable (Element) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      var values = [Value?](repeating: nil, count: count)
      var next = 0
      func start(_ group: inout ThrowingTaskGroup<(Int, Value), any Error>) {
        guard next < count else { return }
        let (index, element) = (next, self[next])
        next += 1
        group.addTask { (index, try await change(element)) }
      }
      for _ in 0..<Swift.max(1, limit) { start(&group) }
      while let (index, value) = try await group.next() {
        values[index] = value
        start(&group)
      }
      return values.compactMap { $0 }
    }
  }
}
