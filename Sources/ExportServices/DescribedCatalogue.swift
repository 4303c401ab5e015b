// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A service's catalogue, read as its description says.
public struct DescribedCatalogue: ExportCatalogue {
  private let service: DescribedService
  private let patience: Patience

  public init(_ service: DescribedService, patience: Patience = Patience()) {
    (self.service, self.patience) = (service, patience)
  }

  public func apps() async throws -> [FoundApp] {
    guard let rule = service.description.catalogue else {
      throw ServiceError(.never, "\(service.description.traits.name) has no catalogue")
    }
    var rows = [Row(scope: Scope(parameters: service.parameters, app: [:]))]
    for (index, step) in rule.steps.enumerated() {
      let lists = try await rows.mapped(atOnce: CatalogueLimits.listsAtOnce) { row in
        try await found(by: step, below: row, isNested: index > 0)
      }
      // One that is still being made, or was taken away meanwhile, has no list; if none has one, the question is wrong.
      let present = lists.compactMap { try? $0.get() }
      if present.isEmpty, let first = lists.first { _ = try first.get() }
      rows = present.flatMap { $0 }
      guard rows.count <= CatalogueLimits.apps else {
        throw Self.bad("the catalogue has more than \(CatalogueLimits.apps) entries", rows.last?.requestID)
      }
    }
    return try rows.map { try Self.app(rule, $0) }
  }

  public func values(_ search: OptionSearch) async throws -> [Int64] {
    guard let dataset = service.description.datasets[search.dataset], let rule = dataset.searches[search.option] else {
      throw ServiceError(.never, "'\(search.option)' of '\(search.dataset)' is no question to the service")
    }
    var scope = service.scope(ofApp: search.appParameters)
    scope.options = dataset.onTheWire(search.options)
    for (option, words) in rule.words { scope.words[option] = search.options[option]?.string.flatMap { words[$0] } }
    let values = try await items(of: rule.list, scope).map { item in
      guard let value = item.item.at(pointer: rule.value)?.int else {
        throw Self.bad("an item of the list has no number at \(rule.value)", item.requestID)
      }
      return value
    }
    let sorted = Set(values).sorted()
    guard sorted.count <= CatalogueLimits.values else {
      throw ServiceError(.never, "more than \(CatalogueLimits.values) values were found for '\(search.option)'")
    }
    return sorted
  }

  // MARK: Parts

  private struct Item: Sendable {
    var item: JSONValue
    var found: [String: JSONValue]
    var requestID: String
  }

  /// What was found so far of one app.
  private struct Row: Sendable {
    var scope: Scope
    /// Of the request whose answer was the last to tell of it.
    var requestID: String?
  }

  /// An answer that came, and is none that the service should give.
  private static func bad(_ what: String, _ requestID: String?) -> ServiceError {
    ServiceError(.never, what + (requestID.map { " (request \($0))" } ?? ""), requestID: requestID)
  }

  /// What a step finds below what was found before. A list that is absent is told apart, where what it belongs to was
  /// listed a moment ago.
  private func found(
    by step: ListRule, below row: Row, isNested: Bool
  ) async throws -> Result<[Row], ServiceError> {
    do {
      let rows = try await items(of: step, row.scope).map { item in
        var row = row
        row.scope.found.merge(item.found) { $1 }
        row.requestID = item.requestID
        return row
      }
      return .success(rows)
    } catch let error as ServiceError where isNested && error.status == 404 {
      return .failure(error)
    }
  }

  private static func app(_ rule: CatalogueRule, _ row: Row) throws -> FoundApp {
    let scope = row.scope
    guard let name = rule.name.text(scope.value), !name.isEmpty else {
      throw bad("an app of the catalogue has no name", row.requestID)
    }
    var app = FoundApp(name: name, group: rule.group?.text(scope.value) ?? "", parameters: [:])
    for parameter in rule.parameters { app.parameters[parameter.name] = parameter.value.value(scope.value) }
    for label in rule.labels { app.labels[label.name] = label.value.text(scope.value) }
    return app
  }

  /// Every item of every page that is to be kept.
  private func items(of rule: ListRule, _ scope: Scope) async throws -> [Item] {
    let wanted = rule.keep.mapValues { $0.text(scope.value) }
    var list = ListPages(try service.fill(rule.call, scope), rule.next, base: service.base)
    var found: [Item] = []
    var last: String?
    for _ in 0..<CatalogueLimits.pages {
      let (items, answer, requestID) = try await ask(list.request, rule)
      last = requestID
      for item in items {
        let taken = rule.take.compactMapValues { $0.value(in: item) }
        let isWanted = wanted.allSatisfy { name, value in
          taken[name].map { $0.string ?? $0.canonicalText }?.lowercased() == value?.lowercased()
        }
        if isWanted { found.append(Item(item: item, found: taken, requestID: requestID)) }
      }
      guard try list.turn(after: answer, requestID: requestID) else { return found }
    }
    throw Self.bad("a list of the catalogue has more than \(CatalogueLimits.pages) pages", last)
  }

  private func ask(
    _ request: FilledRequest, _ rule: ListRule
  ) async throws -> (items: [JSONValue], Answer, requestID: String) {
    var attempt = 1
    while true {
      do {
        let (answer, requestID) = try await service.call(request, .list)
        guard let items = rule.each.elements(in: answer) else { throw unreadable(answer, requestID) }
        return (items.map(\.json), answer, requestID)
      } catch let error as ServiceError {
        guard let pause = patience.pause(after: attempt, error) else { throw error }
        try await patience.sleep(pause)
        attempt += 1
      }
    }
  }

  /// A page in place of a list, as gateways send it, or half a list: it passes.
  private func unreadable(_ answer: Answer, _ requestID: String) -> ServiceError {
    let came =
      answer.errorWords != nil
      ? "" : answer.whole == nil ? ": it came \(answer.words)" : ": there is none where it should be"
    return service.unreadable("the list cannot be read\(came)", answer, requestID)
  }
}
