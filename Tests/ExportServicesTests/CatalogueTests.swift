// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Synchronization
import Testing

/// The catalogue and the campaigns of Mobile Engagement, and what a service may do to a reader of lists.
@Suite struct CatalogueTests {
  private static let base = "https://engagement.example"
  private static let provider = "providers/Microsoft.MobileEngagement"
  private static let version = "api-version=2014-12-01"
  private static let collections = "\(base)/subscriptions/s-1/\(provider)/appCollections?\(version)"

  private static func apps(_ collection: String) -> String {
    "\(base)/subscriptions/s-1/resourceGroups/ME/\(provider)/appcollections/\(collection)/apps"
  }

  /// Answers by address.
  private static func transport(_ pages: [String: String]) -> ScriptedTransport {
    ScriptedTransport([
      { request in
        HTTPResponse(
          HTTPHead(status: pages[request.url] == nil ? 404 : 200, headers: []),
          body: Array((pages[request.url] ?? #"{"error":{"code":"NotFound","message":"\#(request.url)"}}"#).utf8))
      }
    ])
  }

  private func catalogue(_ transport: ScriptedTransport, patience: Patience = Patience()) throws -> DescribedCatalogue {
    let service = DescribedService(
      description: try #require(MobileEngagementTests.description), base: Self.base,
      parameters: ["subscription": "s-1", "resource_group": "ME"],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)
    return DescribedCatalogue(service, patience: patience)
  }

  private func search(_ type: String) -> OptionSearch {
    OptionSearch(
      dataset: "push", option: "campaigns.all",
      options: ["campaigns.all": "finished", "campaigns.type": .string(type)],
      appParameters: ["collection": "shop", "app": "shop ios"])
  }

  private static func collection(_ name: String, group: String) -> String {
    #"{"id":"/subscriptions/s-1/resourcegroups/\#(group)/\#(provider)/appcollections/\#(name)","name":"\#(name)"}"#
  }

  private static func app(_ name: String, _ platform: String? = nil) -> String {
    #"{"id":"/x/\#(name)","name":"\#(name)","properties":{\#(platform.map { #""platform":"\#($0)""# } ?? "")}}"#
  }

  // MARK: Apps

  @Test func `every page of every collection of the resource group is read, in the service's order`() async throws {
    let transport = Self.transport([
      Self.collections:
        #"{"value":[\#(Self.collection("shop", group: "me"))],"nextLink":"\#(Self.base)/more"}"#,
      "\(Self.base)/more":
        #"{"value":[\#(Self.collection("other", group: "Else")),\#(Self.collection("my club", group: "ME"))]}"#,
      "\(Self.apps("shop"))?\(Self.version)":
        #"{"value":[\#(Self.app("ios", "iOS")),\#(Self.app("web"))],"nextLink":"\#(Self.base)/shop-2"}"#,
      "\(Self.base)/shop-2": #"{"value":[\#(Self.app("android", "Android"))],"nextLink":""}"#,
      "\(Self.apps("my%20club"))?\(Self.version)": #"{"value":[]}"#,
    ])

    let apps = try await catalogue(transport).apps()

    func shop(_ name: String, _ labels: [String: String]) -> FoundApp {
      FoundApp(
        name: name, group: "shop", parameters: ["collection": "shop", "app": .string(name)],
        labels: labels.merging(["collection": "shop"]) { $1 })
    }
    #expect(apps == [shop("ios", ["platform": "ios"]), shop("web", [:]), shop("android", ["platform": "android"])])
    #expect(transport.sent.allSatisfy { $0.method == "GET" && $0.body == nil })
  }

  @Test func `a list that goes on at another host is refused, and nothing is sent there`() async throws {
    let transport = Self.transport([Self.collections: #"{"value":[],"nextLink":"https://engagement.example.evil/"}"#])

    let error = try await #require(throws: ServiceError.self) { try await catalogue(transport).apps() }

    #expect(error.kind == .never)
    #expect(error.message.hasPrefix("the list goes on at another host than the service's (request "))
    #expect(transport.sent.count == 1)
  }

  @Test func `a list that leads back to a page that was read is an error`() async throws {
    let transport = Self.transport([Self.collections: #"{"value":[],"nextLink":"\#(Self.collections)"}"#])

    let error = try await #require(throws: ServiceError.self) { try await catalogue(transport).apps() }

    #expect(error.message.hasPrefix("the list goes round in a circle (request "))
    #expect(transport.sent.count == 1)
  }

  @Test func `a list without an end is an error with a limit`() async throws {
    let pages = Mutex(0)
    let transport = ScriptedTransport([
      { _ in
        let page = pages.withLock { pages in
          pages += 1
          return pages
        }
        return HTTPResponse(
          HTTPHead(status: 200), body: Array(#"{"value":[],"nextLink":"\#(Self.base)/\#(page)"}"#.utf8))
      }
    ])

    let error = try await #require(throws: ServiceError.self) { try await catalogue(transport).apps() }

    #expect(error.kind == .never && error.isBadAnswer)
    #expect(error.message.hasPrefix("a list of the catalogue has more than 2000 pages (request "))
    #expect(transport.sent.count == CatalogueLimits.pages)
  }

  @Test(arguments: [
    ("{}", "there is none where it should be"), (#"{"value":{}}"#, "there is none where it should be"),
    ("[]", "there is none where it should be"), ("<html>Sign in</html>", "it came with a page instead of JSON"),
    (#"{"value":["#, "it came with JSON that is cut off or broken"), ("", "it came without a reason"),
    (#"{"error":{"code":"Oops","message":"no"}}"#, "Oops: no"),
  ])
  func `an answer that is no list is asked for again, and in the end an error, never an empty catalogue`(
    body: String, words: String
  ) async throws {
    let transport = Self.transport([Self.collections: body])

    let error = try await #require(throws: ServiceError.self) {
      try await catalogue(transport, patience: Patience(sleep: { _ in })).apps()
    }

    #expect(error.kind == .again && error.isBadAnswer)
    #expect(error.message == "the list cannot be read: \(words) (request \(error.requestID ?? ""))")
    #expect(transport.sent.count == 4)
  }

  @Test func `a page that a gateway put in the place of one list passes`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(200, "<html>"), ScriptedTransport.json(200, #"{"value":[]}"#),
    ])

    #expect(try await catalogue(transport, patience: Patience(sleep: { _ in })).apps() == [])
    #expect(transport.sent.count == 2)
  }

  @Test func `a refusal is no bad answer, and neither is what was never sent`() {
    #expect(!ServiceError(.never, "", status: 404, requestID: "r").isBadAnswer)
    #expect(!ServiceError(.again, "", status: 503, requestID: "r").isBadAnswer)
    #expect(!ServiceError(.never, "").isBadAnswer)
    #expect(ServiceError(.never, "", status: 200, requestID: "r").isBadAnswer)
    // A redirect in a circle.
    #expect(ServiceError(.never, "", requestID: "r").isBadAnswer)
  }

  @Test func `an app without a name is the service's fault`() async throws {
    let transport = Self.transport([
      Self.collections: #"{"value":[\#(Self.collection("shop", group: "ME"))]}"#,
      "\(Self.apps("shop"))?\(Self.version)": #"{"value":[{"id":"/x"}]}"#,
    ])

    let error = try await #require(throws: ServiceError.self) { try await catalogue(transport).apps() }

    #expect(error.isBadAnswer)
    #expect(error.message.hasPrefix("an app of the catalogue has no name (request "))
  }

  // MARK: Collections that come and go

  @Test func `a collection that is still being made has no apps yet, and keeps nobody from the others'`() async throws {
    let transport = Self.transport([
      Self.collections:
        #"{"value":[\#(Self.collection("new", group: "ME")),\#(Self.collection("shop", group: "ME"))]}"#,
      "\(Self.apps("shop"))?\(Self.version)": #"{"value":[\#(Self.app("ios"))]}"#,
    ])

    #expect(try await catalogue(transport).apps().map(\.name) == ["ios"])
  }

  @Test func `where no collection has a list of apps, that is an error`() async throws {
    let transport = Self.transport([
      Self.collections:
        #"{"value":[\#(Self.collection("new", group: "ME")),\#(Self.collection("shop", group: "ME"))]}"#
    ])

    let error = try await #require(throws: ServiceError.self) { try await catalogue(transport).apps() }

    #expect(error.status == 404)
  }

  // MARK: Patience

  @Test func `passing failures are asked again, as long as the service wishes`() async throws {
    let pauses = Mutex<[Duration]>([])
    let transport = ScriptedTransport([
      ScriptedTransport.json(503, "{}", [("Retry-After", "7")]), ScriptedTransport.json(500, "{}"),
      ScriptedTransport.json(200, #"{"value":[]}"#),
    ])
    let patience = Patience(sleep: { pause in pauses.withLock { $0.append(pause) } })

    #expect(try await catalogue(transport, patience: patience).apps() == [])
    #expect(pauses.withLock { $0 } == [.seconds(7), .seconds(2)])
  }

  @Test(arguments: [(503, 4), (404, 1), (401, 1)])
  func `patience has an end, and none is had with what does not pass`(status: Int, calls: Int) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(status, "{}")])

    let error = await #expect(throws: ServiceError.self) {
      try await catalogue(transport, patience: Patience(sleep: { _ in })).apps()
    }

    #expect(error?.status == status)
    #expect(transport.sent.count == calls)
  }

  @Test func `a service that asks for more patience than there is gets none`() {
    let error = ServiceError(.busy, "later", retryAfter: .seconds(91))

    #expect(Patience().pause(after: 1, error) == nil)
    #expect(Patience(most: .seconds(91)).pause(after: 1, error) == .seconds(91))
    #expect(
      (1...4).map { Patience().pause(after: $0, ServiceError(.again, "")) } == [
        .seconds(1), .seconds(2), .seconds(4), nil,
      ])
  }

  @Test func `a metadata service that is being updated is waited for`() async throws {
    let pauses = Mutex<[Duration]>([])
    let transport = ScriptedTransport([
      ScriptedTransport.json(410, "{}"), ScriptedTransport.json(200, #"{"access_token":"t","expires_in":"3599"}"#),
      ScriptedTransport.json(200, #"{"value":[]}"#),
    ])
    let service = DescribedService(
      description: try #require(MobileEngagementTests.description), base: Self.base,
      parameters: ["subscription": "s-1", "resource_group": "ME"],
      tokens: CredentialCatalog.tokens(for: .managedIdentity(.init()), transport: transport), transport: transport)

    let apps = try await DescribedCatalogue(
      service, patience: Patience(sleep: { pause in pauses.withLock { $0.append(pause) } })
    ).apps()

    #expect(apps == [])
    #expect(pauses.withLock { $0 } == [.seconds(70)])
    #expect(transport.sent.count == 3)
  }

  // MARK: Campaigns

  @Test(arguments: [
    ("announcement", "announcements"), ("poll", "polls"), ("data_push", "dataPushes"), ("native_push", "nativePushes"),
  ])
  func `finished campaigns of a kind are found over all pages, ascending and once`(type: String, kind: String)
    async throws
  {
    let first = "\(Self.apps("shop"))/shop%20ios/campaigns/\(kind)?\(Self.version)&$filter=state%20eq%20%27finished%27"
    let transport = Self.transport([
      first:
        #"{"value":[{"id":170,"state":"finished"},{"id":9,"state":"Finished"}],"nextLink":"\#(Self.base)/2"}"#,
      // A server that knows no filter.
      "\(Self.base)/2": #"{"value":[{"id":170,"state":"finished"},{"id":3,"state":"draft"},{"id":4}]}"#,
    ])

    #expect(try await catalogue(transport).values(search(type)) == [9, 170])
  }

  @Test func `a campaign without a number is an error`() async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, #"{"value":[{"id":"x","state":"finished"}]}"#)])

    let error = try await #require(throws: ServiceError.self) {
      try await catalogue(transport).values(search("poll"))
    }

    #expect(error.isBadAnswer)
    #expect(error.message.hasPrefix("an item of the list has no number at /id (request "))
  }

  // MARK: The language

  private static let described = """
    service: small
    revision: 1
    base: https://small.example
    app_params: {app: {type: text, required: true}}
    formats: {json: json}
    limits: {active: 2}
    datasets:
      rows:
        kind: snapshot
        options:
          ids: {type: ints}
          all:
            values: {done: done}
            finds:
              fills: ids
              words: {all: {done: Done}}
              call: {method: GET, path: "/apps/${app.app}/${word.all}"}
              each: body:/all
              value: /id
        one_of: [[ids, all]]
        forms: [{values: {path: rows}}]
    catalogue:
      steps:
        - call: {method: GET, path: /groups}
          each: body:/all
          take: {group: /name, owner: {from: /id, behind: owners}}
          keep: {owner: me}
        - call: {method: GET, path: "/groups/${found.group}"}
          each: body:/all
          next: body:/next
          take: {app: /name}
      app: {name: "${found.app}", group: "${found.group}", with: {app: "${found.app}"}, labels: {owner: "${found.owner}"}}
    submit: {method: POST, path: /x, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}
    poll: {method: GET, path: "/${task.id}", every: 5s}
    state: {from: body:/state, done: [ok]}
    refusals: []
    result: {kind: container}
    list: {method: GET, each: body:/all, id: /id}
    recover: {class: marked, mark: /mark}
    """

  private func problems(_ text: String) -> String {
    let (description, problems) = ServiceDescription.load(SourceFile(name: "s.yaml", text: text))
    #expect((description == nil) == problems.hasErrors)
    return problems.isEmpty ? "" : problems.text()
  }

  @Test func `a description may tell a catalogue and options that ask`() {
    let traits = ServiceDescription.load(SourceFile(name: "s.yaml", text: Self.described)).description?.traits

    #expect(problems(Self.described) == "")
    #expect(traits?.hasCatalogue == true)
    #expect(traits?.dataset("rows")?.searches == ["all": "ids"])
    #expect(traits?.dataset("rows")?.oneOf == [["ids", "all"]])
  }

  @Test(arguments: [
    ("behind: owners", "behynd: owners", "error: unknown key 'behynd' in a value to take [D001]"),
    ("take: {app: /name}", "take: {app: name}", "error: 'name' is no JSON pointer [D004]"),
    ("path: /groups}", "path: \"/${found.app}\"}", "error: nothing declares 'found.app' [D003]"),
    ("path: /groups}", "path: \"/${app.app}\"}", "error: unknown scope 'app' in a template [D003]"),
    ("${found.owner}", "${found.ownr}", "error: nothing declares 'found.ownr' [D003]"),
    ("keep: {owner", "keep: {ovner", "error: 'keep' looks at 'ovner', which is not taken [D003]"),
    ("with: {app: ", "with: {aap: ", "error: nothing declares 'app.aap' [D003]"),
    ("with: {app: ", "with: {aap: ", "error: 'with' of the catalogue needs 'app' [D001]"),
    ("app: {name: ", "app: {nme: ", "error: unknown key 'nme' in 'app' of the catalogue [D001]"),
    ("next: body:/next", "next: /next", "error: '/next' picks nothing [D004]"),
    ("fills: ids", "fills: id", "error: 'fills' names 'id', which is no option of the kind 'ints' [D003]"),
    ("words: {all:", "words: {al:", "error: nothing declares 'option.al' [D003]"),
    ("words: {all:", "words: {al:", "error: nothing declares 'word.all' [D003]"),
    ("[[ids, all]]", "[[ids, al]]", "error: nothing declares 'option.al' [D003]"),
    ("value: /id", "value: id", "error: 'id' is no JSON pointer [D004]"),
    (
      "{type: text, required: true}", "{type: text, finds: {}}",
      "error: 'finds' belongs to an option of a dataset [D001]"
    ),
    ("mark: \"${job.mark}\"", "mark: \"${found.app}\"", "error: unknown scope 'found' in a template [D003]"),
  ])
  func `each mistake in a catalogue is told`(old: String, new: String, expected: String) {
    let text = problems(Self.described.replacing(old, with: new))

    #expect(text.contains(expected), "\(text)")
  }
}
