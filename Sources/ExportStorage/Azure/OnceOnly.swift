// SPDX-License-Identifier: Apache-2.0

/// Does something once, however many ask; who asks meanwhile waits for it.
actor OnceOnly {
  private var isDone = false
  private var isRunning = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// After a failure the next one to ask tries again.
  func run(_ body: @Sendable () async throws -> Void) async throws {
    while isRunning { await withCheckedContinuation { waiting.append($0) } }
    guard !isDone else { return }
    isRunning = true
    defer {
      isRunning = false
      for continuation in waiting { continuation.resume() }
      waiting = []
    }
    try await body()
    isDone = true
  }
}
