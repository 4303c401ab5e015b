// SPDX-License-Identifier: Apache-2.0

/// Where an app is in Azure, as a request spells it.
struct AppPlace: Sendable, Equatable {
  var subscription, group, collection: String
  /// `nil`: the collection itself.
  var name: String?

  /// As `LocalCloudApp.path`.
  var path: String { [subscription, group, collection, name ?? ""].joined(separator: "/").lowercased() }

  /// What is not there of it, seen from the left; `nil` when all of it is there.
  ///
  /// - Parameter home: a subscription that is there without an app.
  func missing(among apps: [LocalCloudApp], home: String) -> ManagementRefusal? {
    func same(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }
    let own = apps.filter { same($0.subscription, subscription) }
    guard !own.isEmpty || same(subscription, home) else { return Self.noSubscription(subscription) }
    let grouped = own.filter { same($0.resourceGroup, group) }
    guard !grouped.isEmpty else {
      return ManagementRefusal(404, "ResourceGroupNotFound", "Resource group '\(group)' could not be found.")
    }
    let collected = grouped.filter { same($0.collection, collection) }
    guard !collected.isEmpty, name.map({ name in collected.contains { same($0.name, name) } }) ?? true else {
      let resource = "Microsoft.MobileEngagement/appcollections/\(collection)" + (name.map { "/apps/\($0)" } ?? "")
      return ManagementRefusal(
        404, "ResourceNotFound", "The Resource '\(resource)' under resource group '\(group)' was not found.")
    }
    return nil
  }

  /// One that is not there: an id that is none is told apart.
  static func noSubscription(_ id: String) -> ManagementRefusal {
    guard id.wholeMatch(of: #/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/#) != nil else {
      return ManagementRefusal(
        400, "InvalidSubscriptionId", "The provided subscription identifier '\(id)' is malformed or invalid.")
    }
    return ManagementRefusal(404, "SubscriptionNotFound", "The subscription '\(id)' could not be found.")
  }
}

/// What a path of the management API names (contract.md, sections 1 and 1b). Names that are Azure's own are compared
/// without regard to case.
enum ManagementResource: Equatable {
  case collections(subscription: String)
  case apps(AppPlace)
  case campaigns(AppPlace, kind: String)
  /// The tail: a task's id or a kind of export; empty for the list.
  case tasks(AppPlace, tail: String)

  /// - Parameter steps: of the path, decoded, beginning with `subscriptions`.
  init(_ steps: [String]) throws(ManagementRefusal) {
    let words = steps.map { $0.lowercased() }
    let provider = words.firstIndex(of: "providers")
    guard let provider, provider == 2 || provider == 4 && words[2] == "resourcegroups", words.count > provider + 1
    else {
      throw ManagementRefusal.type
    }
    guard words[provider + 1] == "microsoft.mobileengagement" else {
      throw ManagementRefusal(
        400, "NoRegisteredProviderFound",
        "No registered resource provider found for the namespace '\(steps[provider + 1])' and API version '\(ExportRoutes.version)'."
      )
    }
    let rest = Array(words.dropFirst(provider + 2))
    if provider == 2 {
      guard rest == ["appcollections"] else { throw ManagementRefusal.type }
      self = .collections(subscription: steps[1])
      return
    }
    guard rest.count >= 3, rest[0] == "appcollections", rest[2] == "apps" else { throw ManagementRefusal.type }
    var place = AppPlace(subscription: steps[1], group: steps[3], collection: steps[7])
    place.name = rest.count > 3 ? steps[9] : nil
    switch Array(rest.dropFirst(4)) {
    case [] where place.name == nil: self = .apps(place)
    case let more where more.count == 2 && more[0] == "campaigns": self = .campaigns(place, kind: more[1])
    case ["devices", "exporttasks"]: self = .tasks(place, tail: "")
    case let more where more.count == 3 && more.prefix(2) == ["devices", "exporttasks"]:
      self = .tasks(place, tail: more[2])
    default: throw ManagementRefusal.type
    }
  }
}
