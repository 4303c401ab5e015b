// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// How many live tasks there are, and what keeps one more from starting. Every count is a number of tasks at the
/// services, those of earlier runs included.
struct Capacity: Sendable {
  /// A limit that several jobs share.
  enum Limit: Hashable, Sendable {
    case app(service: Int, app: Int)
    case export(Int)
    case appOfExport(export: Int, app: Int)
    /// Apps of a service that have the same values for some parameters.
    case shared(Int)
  }

  private let bound: Int
  private let services: [ServiceLimits]
  private let exports: [ExportLimits]
  private let serviceOfExport: [Int]
  /// By service and app: which of `groups` the app is of.
  private let groupsOfApp: [[Int: [Int]]]
  /// By group: its live tasks at most.
  private let groups: [Int]
  /// Live tasks.
  private(set) var active = 0
  private(set) var activeOfService: [Int]
  /// By service and app.
  private var activeOfApp: [Int32]
  private let apps: Int
  private var activeOfExport: [Int]
  /// Of the limits that few plans have: `appOfExport` and `shared`.
  private var counts: [Limit: Int] = [:]

  /// - Parameters:
  ///   - bound: of all services together.
  ///   - shared: of each service.
  init(_ plan: Plan, bound: Int, services: [ServiceLimits], shared: [[SharedLimit]]) {
    self.bound = bound
    self.services = services
    exports = plan.exports.map(\.limits)
    serviceOfExport = plan.exports.map(\.service)
    activeOfService = Array(repeating: 0, count: services.count)
    apps = plan.apps.count
    activeOfApp = Array(repeating: 0, count: services.count * plan.apps.count)
    activeOfExport = Array(repeating: 0, count: plan.exports.count)
    var groups: [Int] = []
    groupsOfApp = shared.map { limits in
      guard !limits.isEmpty else { return [:] }
      var found: [Int: [Int]] = [:]
      for limit in limits {
        var known: [[JSONValue?]: Int] = [:]
        for (app, planned) in plan.apps.enumerated() {
          let values = limit.parameters.map { planned.parameters[$0] }
          let group = known[values] ?? groups.count
          if group == groups.count { groups.append(limit.active) }
          known[values] = group
          found[app, default: []].append(group)
        }
      }
      return found
    }
    self.groups = groups
  }

  /// One more task may live at all.
  var isOpen: Bool { active < bound }

  /// - Parameter most: what the service bears at present, at most its limit.
  func isOpen(service: Int, most: Int) -> Bool { activeOfService[service] < min(services[service].active, most) }

  /// The first limit that keeps a task of the export and the app from starting; `nil`: none does.
  func hindrance(export: Int, app: Int) -> Limit? {
    let service = serviceOfExport[export]
    if Int(activeOfApp[service * apps + app]) >= services[service].activePerApp {
      return .app(service: service, app: app)
    }
    if let most = exports[export].active, activeOfExport[export] >= most { return .export(export) }
    if let most = exports[export].activePerApp {
      let limit = Limit.appOfExport(export: export, app: app)
      if counts[limit, default: 0] >= most { return limit }
    }
    guard !groups.isEmpty else { return nil }
    for group in groupsOfApp[service][app] ?? [] where counts[.shared(group), default: 0] >= groups[group] {
      return .shared(group)
    }
    return nil
  }

  mutating func take(export: Int, app: Int) { count(1, export: export, app: app) }

  mutating func release(export: Int, app: Int) {
    precondition(active > 0 || isUnchecked, "a slot was released twice")
    count(-1, export: export, app: app)
  }

  /// A live task of which nobody knows the service: it counts for each.
  mutating func takeUnknown() {
    active += 1
    for service in activeOfService.indices { activeOfService[service] += 1 }
  }

  /// A live task of an export, of an app that the plan does not have.
  mutating func takeOfOtherApp(export: Int) {
    active += 1
    activeOfService[serviceOfExport[export]] += 1
    activeOfExport[export] += 1
  }

  private mutating func count(_ change: Int, export: Int, app: Int) {
    let service = serviceOfExport[export]
    active += change
    activeOfService[service] += change
    activeOfApp[service * apps + app] += Int32(change)
    activeOfExport[export] += change
    for limit in sharedLimits(export: export, app: app) {
      let now = counts[limit, default: 0] + change
      counts[limit] = now > 0 ? now : nil
    }
  }

  /// The limits that have room when a task of the export and the app ends, besides the app's own.
  func limitsBesidesApp(export: Int, app: Int) -> [Limit] {
    let shared = sharedLimits(export: export, app: app)
    return exports[export].active == nil ? shared : [.export(export)] + shared
  }

  /// Those that are counted by name; mostly there are none.
  private func sharedLimits(export: Int, app: Int) -> [Limit] {
    guard exports[export].activePerApp != nil || !groups.isEmpty else { return [] }
    var limits: [Limit] = []
    if exports[export].activePerApp != nil { limits.append(.appOfExport(export: export, app: app)) }
    for group in groupsOfApp[serviceOfExport[export]][app] ?? [] { limits.append(.shared(group)) }
    return limits
  }

  #if DEBUG
    private var isUnchecked = false

    /// The mistake that tests plant.
    mutating func releaseUnchecked(export: Int, app: Int) {
      isUnchecked = true
      count(-1, export: export, app: app)
    }
  #else
    private let isUnchecked = false
  #endif
}
