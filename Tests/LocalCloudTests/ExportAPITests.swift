// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

@Suite struct ExportAPITests {
  @Test func `a restart keeps tasks, and ends what was under way, on another port`() async throws {
    let folder = CloudFolder()
    let ids = IDs()
    try await CloudBench.with(folder.url) {
      $0.speed = 0.001
    } _: { bench in
      let made = try await bench.call("POST", "/tags", body: bench.body())
      ids.value = made.json["id"] as? String ?? ""
    }
    try await CloudBench.with(folder.url) { bench in
      let ended = try await bench.ended(ids.value)
      let counted = try await bench.cloud.statistics()
      #expect(ended.json["state"] as? String == "Succeeded")
      #expect(counted.tasks == 1)
    }
  }

  @Test func `an answer that is lost leaves one task`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = [try FaultRule("submit:lost-answer:x1")]
    } _: { bench in
      await #expect(throws: (any Error).self) {
        try await bench.call("POST", "/tags", body: bench.body(#""description":"once""#))
      }
      let counted = try await bench.cloud.statistics()
      let second = try await bench.call("POST", "/tags", body: bench.body())

      #expect(counted.tasksByDescription == ["once": 1])
      #expect(second.status == 202)
    }
  }

  @Test func `faults are drawn by operation, chance and count`() async throws {
    let folder = CloudFolder()
    try await CloudBench.with(folder.url) {
      $0.faults = try ["list:429:x2", "list:503:0%"].map { try FaultRule($0) }
    } _: { bench in
      let first = try await bench.call("GET")
      #expect(first.status == 429 && first.headers["retry-after"] == "1" && first.code == "TooManyRequests")
      let second = try await bench.call("GET").status
      let third = try await bench.call("GET").status
      #expect([second, third] == [429, 200])
    }
    for text in ["", "submit", "submit:nothing", "nobody:429", "submit:429:5", "submit:429:101%"] {
      #expect(throws: FaultRuleError.self) { try FaultRule(text) }
    }
  }

  @Test func `the same seed makes the same bytes, and another seed others`() async throws {
    func part(_ seed: UInt64) async throws -> Data {
      let folder = CloudFolder()
      let found = IDs()
      try await CloudBench.with(folder.url) {
        $0.seed = seed
      } _: { bench in
        let made = try await bench.call(
          "POST", "/events", body: bench.body(#""startDate":"2016-12-03","endDate":"2016-12-03""#))
        _ = try await bench.ended(made.json["id"] as? String ?? "")
        let list = try await bench.send("GET", bench.staged("", "&restype=container&comp=list"))
        let name = list.text.matches(of: #/<Name>([^<]+part[^<]+)<\/Name>/#).first.map { String($0.1) } ?? ""
        found.value = try await bench.send("GET", bench.staged("/\(name)")).text
      }
      return Data(found.value.utf8)
    }
    let one = try await part(7)

    #expect(one.count > 1000)
    #expect(try await part(7) == one)
    #expect(try await part(8) != one)
  }

  /// A text that a sendable closure hands out.
  final class IDs: @unchecked Sendable {
    // Written by one task, read after it has ended.
    var value = ""
  }

  /// Exports once held the connections that requests waited for on every thread there was.
  @Test func `exports of many apps at once leave requests their way`() async throws {
    let folder = CloudFolder()
    let names = (0..<24).map { "app-\($0)" }
    try await CloudBench.with(folder.url) { configuration in
      configuration.apps = names.map {
        LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: $0)
      }
    } _: { bench in
      let states = try await withThrowingTaskGroup(of: String.self) { group in
        for name in names {
          group.addTask {
            let tasks = CloudBench.tasks.replacing("/apps/android/", with: "/apps/\(name)/")
            let made = try await bench.send(
              "POST", "\(tasks)/tags?api-version=2014-12-01",
              headers: [("Authorization", "Bearer any"), ("Content-Type", "application/json")], body: bench.body())
            return try await bench.ended(made.json["id"] as? String ?? "", of: tasks).json["state"] as? String ?? ""
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }

      #expect(states == [String](repeating: "Succeeded", count: names.count))
    }
  }
}
