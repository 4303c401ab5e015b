// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// What the page asks for.
@Suite struct PageTests {
  /// A task that had vanished was shown, in a state that no task has.
  @Test func `a task that has vanished is on the page no more`() async throws {
    try await CloudBench.run {
      $0.faults = [try FaultRule("task:vanish:x1")]
    } _: { bench in
      let lost = try await bench.call("POST", "/tags", body: bench.body()).json["id"] as? String ?? ""
      var status: UInt = 200
      while status == 200 { status = try await bench.call("GET", "/\(lost)").status }
      let kept = try await bench.export("tags").json["id"] as? String

      let overview = try await bench.send("GET", "/_page/overview").json

      let tasks = overview["tasks"] as? [[String: Any]] ?? []
      let totals = overview["totals"] as? [String: Any] ?? [:]
      let apps = overview["apps"] as? [[String: Any]] ?? []
      #expect(tasks.map { $0["id"] as? String } == [kept])
      #expect(totals["tasks"] as? [String: Int] == ["Succeeded": 1])
      #expect(apps.map { $0["tasks"] as? Int } == [1])
    }
  }

  /// The oldest were shown, and called the newest.
  @Test func `apps are on the page with the newest first`() async throws {
    try await CloudBench.run {
      let apps = (1...202).map { number in
        LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: "app-\(number)")
      }
      ($0.apps, $0.devicesPerApp) = (apps, 1)
    } _: { bench in
      let overview = try await bench.send("GET", "/_page/overview").json

      let apps = overview["apps"] as? [[String: Any]] ?? []
      #expect(apps.compactMap { $0["name"] as? String } == (3...202).reversed().map { "app-\($0)" })
      #expect((overview["totals"] as? [String: Any])?["apps"] as? Int == 202)
    }
  }

  @Test func `the page lets nothing run but itself, and nobody keeps it`() async throws {
    try await CloudBench.run { bench in
      for path in ["/", "/_page/overview"] {
        let answer = try await bench.send("GET", path)
        #expect(answer.status == 200)
        #expect(answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'; ") == true)
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
      }
      let page = try await bench.send("GET", "/").text
      #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src="))
    }
  }
}
