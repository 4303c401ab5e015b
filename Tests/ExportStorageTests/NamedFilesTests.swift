// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportStorage

/// Files that a service writes to a container under names that are told beforehand.
@Suite struct NamedFilesTests {
  private static func task(_ names: [String], optional: [String] = [], ignored: [Glob] = []) -> FinishedTask {
    var task = FinishedTask(id: "t-1", prefix: nil)
    (task.names, task.optional, task.ignored) = (names, optional, ignored)
    return task
  }

  private func names(_ task: FinishedTask, _ bench: StoreTests.Bench) async throws -> [String] {
    try await bench.container().collect(StoreTests.delivery, of: task, expecting: StoreTests.expectation)
      .artifacts.map(\.name)
  }

  @Test func `those that must be there are looked for, those that may be there are taken, and others are not`()
    async throws
  {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      for name in ["x-1/devices.txt", "x-1/configurations.txt", "x-1/other.txt", "y/devices.txt"] {
        _ = try await bench.put(#"[{"n":1}]"#, name, at: address)
      }

      let found = try await names(
        Self.task(["x-1/devices.txt"], optional: ["x-1/configurations.txt", "x-1/absent.txt"]), bench)

      #expect(found == ["x-1/configurations.txt", "x-1/devices.txt"])
      await #expect(throws: StoreError.artifact("'x-2/devices.txt' is not there, and the task should have written it"))
      {
        try await names(Self.task(["x-1/devices.txt", "x-2/devices.txt"]), bench)
      }
    }
  }

  @Test func `what is ignored is no file of the task`() async throws {
    try await StoreTests().withCloud { bench in
      let address = try await bench.container().address(for: StoreTests.delivery)
      _ = try await bench.put("probe", "p/t-1/write-test", at: address)
      _ = try await bench.put(#"[{"n":1}]"#, "p/t-1/000000", at: address)

      #expect(try await names(Self.task([], ignored: [Glob("*/write-test")]), bench) == ["p/t-1/000000"])
    }
  }

  @Test func `the minted signature has the letters that the service needs, and a given one is held to them`()
    async throws
  {
    try await StoreTests().withCloud { bench in
      var delivery = StoreTests.delivery
      delivery.rights = "rwdl"

      let address = try await bench.container().address(for: delivery)
      let narrow = try await bench.container().address(for: StoreTests.delivery)
      let text = address.reveal()

      #expect(text.contains("&sp=rwdl&"))
      #expect(try await bench.put("[]", "a.json", at: address) == 201)
      #expect(try await bench.container(with: address).address(for: delivery) == address)
      await #expect(throws: StoreError.refused("the given SAS cannot be used: it lacks the permission 'r', 'd'")) {
        try await bench.container(with: narrow).address(for: delivery)
      }
    }
  }
}
