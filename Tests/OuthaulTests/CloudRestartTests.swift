// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What a cloud that is killed holds when it is started again.
@Suite struct CloudRestartTests {
  @Test func `a cloud that is killed in the middle of a task goes on with it, and holds everything else as it was`()
    async throws
  {
    let folder = try TemporaryFolder()
    let data = folder.url.appendingPathComponent("cloud")
    let first = try await CloudProcess(data: data, arguments: ["--speed", "20"])
    let done = try await first.submit("tags", of: "app-1")
    let ended = try await first.waits(for: ["Succeeded", "Failed"], of: done, in: "app-1")
    let put = try await first.send(
      "PUT", first.staged("/kept.txt"), [("x-ms-blob-type", "BlockBlob"), ("x-ms-meta-k", "v")], body: "kept")
    let campaigns = try await first.send("GET", first.management("app-2", "campaigns/polls"))
    let running = try await first.submit("tokens", of: "app-1", #""description":"in the middle""#)
    let queued = try await first.submit("tags", of: "app-1")
    let state = try await first.waits(for: ["Started", "Succeeded", "Failed"], of: running, in: "app-1")
    try await first.kill()
    #expect(ended == "Succeeded" && put.status == 201 && state == "Started")

    let second = try await CloudProcess(data: data, arguments: ["--speed", "20"] + first.place)
    #expect(
      second.endpoints.stagingSAS.contains("/exports?") && second.endpoints.accountKey == first.endpoints.accountKey)
    let states = [
      try await second.waits(for: ["Succeeded", "Failed"], of: done, in: "app-1"),
      try await second.waits(for: ["Succeeded", "Failed"], of: running, in: "app-1"),
      try await second.waits(for: ["Succeeded", "Failed"], of: queued, in: "app-1"),
    ]
    #expect(states == ["Succeeded", "Succeeded", "Succeeded"])
    let listed = try await second.send("GET", second.management("app-1", "devices/exportTasks"))
    let ids = (listed.json["value"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    #expect(Set(ids) == [done, running, queued] && ids.count == 3)
    let kept = try await second.send("GET", second.staged("/kept.txt"))
    #expect(kept.text == "kept")
    let again = try await second.send("GET", second.management("app-2", "campaigns/polls"))
    #expect(!campaigns.text.isEmpty && again.text == campaigns.text)
    let blobs = try await second.send("GET", second.staged("", "&restype=container&comp=list"))
    for id in [done, running, queued] {
      #expect(blobs.text.matches(of: /<Name>[^<]*\/manifest\.json<\/Name>/).count == 3)
      #expect(blobs.text.contains("-\(id)/part-00000.json"))
    }
  }
}
