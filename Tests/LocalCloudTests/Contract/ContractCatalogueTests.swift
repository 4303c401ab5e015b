// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalCloud
import Testing

/// App collections, apps and campaigns (contract.md, section 1b).
@Suite struct ContractCatalogueTests {
  private static let provider = "providers/Microsoft.MobileEngagement"
  private static let app = CloudBench.tasks.replacing("/devices/exportTasks", with: "")

  private static func value(_ answer: CloudBench.Answer) -> [[String: Any]] {
    answer.json["value"] as? [[String: Any]] ?? []
  }

  private static func run(_ body: @escaping @Sendable (CloudBench) async throws -> Void) async throws {
    try await CloudBench.run {
      $0.apps = LocalCloudApp.seeds(subscription: "s-1", resourceGroup: "ME") + [CloudBench.app]
    } _: { bench in
      try await body(bench)
    }
  }

  @Test func `1b.1 collections of a subscription are resources`() async throws {
    try await Self.run { bench in
      let answer = try await bench.get("/subscriptions/S-1/\(Self.provider)/appCollections")
      let value = Self.value(answer)

      #expect(answer.status == 200)
      #expect(value.compactMap { $0["name"] as? String } == ["shop", "club"])
      let first = try #require(value.first)
      #expect(first["id"] as? String == "/subscriptions/s-1/resourceGroups/ME/\(Self.provider)/appcollections/shop")
      #expect(first["location"] is String && first["type"] as? String == "Microsoft.MobileEngagement/appcollections")
      #expect((first["properties"] as? [String: String])?["provisioningState"] == "Succeeded")
      let posted = try await bench.send(
        "POST", "/subscriptions/s-1/\(Self.provider)/appCollections?api-version=2014-12-01",
        headers: [("Authorization", "Bearer any")])
      #expect(posted.status == 405 && posted.headers["allow"] == "GET")
    }
  }

  @Test func `1b.2 apps of a collection are resources`() async throws {
    try await Self.run { bench in
      let answer = try await bench.get(
        "/subscriptions/s-1/resourcegroups/me/\(Self.provider)/appcollections/SHOP/apps")
      let value = Self.value(answer)

      #expect(value.compactMap { $0["name"] as? String } == ["shop-android", "shop-ios", "beta", "android"])
      for app in value {
        let name = app["name"] as? String ?? ""
        #expect(
          app["id"] as? String
            == "/subscriptions/s-1/resourceGroups/ME/\(Self.provider)/appcollections/shop/apps/\(name)")
        let properties = app["properties"] as? [String: String] ?? [:]
        #expect(Set(properties.keys) == ["backendId", "platform", "appState"])
        #expect(app["location"] is String && app["type"] is String)
      }
    }
  }

  private static func names(_ answer: CloudBench.Answer) -> [Int] { value(answer).compactMap { $0["id"] as? Int } }

  @Test func `1b.3 campaigns have a kind, pages, a filter, an order and a search`() async throws {
    try await Self.run { bench in
      func list(_ query: String, kind: String = "polls") async throws -> CloudBench.Answer {
        try await bench.get("\(Self.app)/campaigns/\(kind)", query)
      }
      let all = try await list("")
      let ids = Self.names(all)
      #expect(ids.count == 6 && ids == ids.sorted() && all.json["nextLink"] == nil)
      for campaign in Self.value(all) {
        #expect(campaign["name"] is String && campaign["state"] is String && campaign["activatedDate"] is String)
        #expect((campaign["state"] as? String == "finished") == (campaign["finishedDate"] != nil))
      }
      for kind in ["announcements", "dataPushes", "NATIVEPUSHES"] {
        let count = Self.names(try await list("", kind: kind)).count
        #expect(count == 6, "\(kind)")
      }

      // Pages, followed to their end.
      var next: String? = "\(Self.app)/campaigns/polls?api-version=2014-12-01&$top=4&$orderby=name%20desc&$search=POLL"
      var pages: [[String]] = []
      while let url = next {
        let page = try await bench.send("GET", url, headers: [("Authorization", "Bearer any")])
        pages.append(Self.value(page).compactMap { $0["name"] as? String })
        next = page.json["nextLink"] as? String
      }
      #expect(pages == [["poll-6", "poll-5", "poll-4", "poll-3"], ["poll-2", "poll-1"]])
      let skipped = Self.names(try await list("&$skip=4"))
      #expect(skipped == Array(ids.dropFirst(4)))

      let running = Self.value(try await list("&$filter=state%20eq%20'in-progress'"))
      let finished = Self.value(try await list("&$filter=state%20eq%20'finished'&$orderby=finishedDate"))
      #expect(!running.isEmpty && running.count + finished.count == 6)
      let ends = finished.compactMap { $0["finishedDate"] as? String }
      #expect(ends.count == finished.count && ends == ends.sorted())
      let one = Self.names(try await list("&$search=ll-3"))
      #expect(one.count == 1)

      for wrong in [
        "&$top=0", "&$skip=-1", "&$filter=state%20ne%20'draft'", "&$filter=name%20eq%20'x'",
        "&$filter=state%20eq%20'lost'", "&$orderby=kind",
      ] {
        let answer = try await list(wrong)
        #expect(CloudBench.Outcome(answer) == .init(400, "BadRequest"), "\(wrong)")
      }
      let unknown = try await list("", kind: "letters")
      #expect(CloudBench.Outcome(unknown) == .init(404, "InvalidResourceType"))
    }
  }
}
