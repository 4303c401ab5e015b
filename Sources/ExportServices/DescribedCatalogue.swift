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
    var rows = [Scope(parameters: service.parameters, app: [:])]
    for step in rule.steps {
      let lists = try await rows.mapped(atOnce: CatalogueLimits.listsAtOnce) { scope in
        try await items(of: step, scope).map { item in
          var scope = scope
          scope.found.merge(item.found) { $1 }
          return scope
        }
      }
      rows = lists.flatMap { $0 }
      guard rows.count <= CatalogueLimits.apps else {
        throw ServiceError(.never, "the catalogue has more than \(CatalogueLimits.apps) entries")
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
        throw ServiceError(.never, "an item of the list has no number at \(rule.value)")
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
  }

  private static func app(_ rule: CatalogueRule, _ scope: Scope) throws -> FoundApp {
    guard let name = rule.name.text(scope.value), !name.isEmpty else {
      throw ServiceError(.never, "an app of the catalogue has no name")
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
    for _ in 0..<CatalogueLimits.pages {
      let (answer, requestID) = try await ask(list.request)
      guard let items = rule.each.elements(in: answer) else {
        throw service.unreadable("the list cannot be read", answer, requestID, as: .never)
      }
      for item in items.map(\.json) {
        let taken = rule.take.compactMapValues { $0.value(in: item) }
        let isWanted = wanted.allSatisfy { name, value in
          taken[name].map { $0.string ?? $0.canonicalText }?.lowercased() == value?.lowercased()
        }
        if isWanted { found.append(Item(item: item, found: taken)) }
      }
      guard try list.turn(after: answer, requestID: requestID) else { return found }
    }
    throw ServiceError(.never, "a list of the catalogue has more than \(CatalogueLimits.pages) pages")
  }

  private func ask(_ request: FilledRequest) async throws -> (Answer, requestID: String) {
    var attempt = 1
    while true {
      do {
        return try await service.call(request, .list)
      } catch let error as ServiceError {
        guard let pause = patience.pause(after: attempt, error) else { throw error }
        try await patience.sleep(pause)
        attempt += 1
      }
    }
  }
}
