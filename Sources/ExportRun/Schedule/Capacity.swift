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
  private let groups: [SharedGroup]
  /// Live tasks.
  private(set) var active = 0
  private(set) var activeOfService: [Int]
  private var counts: [Limit: Int] = [:]

  private struct SharedGroup: Sendable {
    var active: Int
  }

  /// - Parameters:
  ///   - bound: of all services together.
  ///   - shared: of each service.
  init(_ plan: Plan, bound: Int, services: [ServiceLimits], shared: [[SharedLimit]]) {
    self.bound = bound
    self.services = services
    exports = plan.exports.map(\.limits)
    serviceOfExport = plan.exports.map(\.service)
    activeOfService = Array(repeating: 0, count: services.count)
    var groups: [SharedGroup] = []
    groupsOfApp = shared.map { limits in
      guard !limits.isEmpty else { return [:] }
      var found: [Int: [Int]] = [:]
      for limit in limits {
        var known: [[JSONValue?]: Int] = [:]
        for (app, planned) in plan.apps.enumerated() {
          let values = limit.parameters.map { planned.parameters[$0] }
          let group = known[values] ?? groups.count
          if group == groups.count { groups.append(SharedGroup(active: limit.active)) }
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
    let own = Limit.app(service: service, app: app)
    if counts[own, default: 0] >= services[service].activePerApp { return own }
    if let most = exports[export].active, counts[.export(export), default: 0] >= most { return .export(export) }
    if let most = exports[export].activePerApp {
      let limit = Limit.appOfExport(export: export, app: app)
      if counts[limit, default: 0] >= most { return limit }
    }
    for group in groupsOfApp[service][app] ?? [] where counts[.shared(group), default: 0] >= groups[group].active {
      return .shared(group)
    }
    return nil
  }

  mutating func take(export: Int, app: Int) {
    active += 1
    activeOfService[serviceOfExport[export]] += 1
    for limit in limits(export: export, app: app) { counts[limit, default: 0] += 1 }
  }

  /// - Returns: the limits that have room again.
  mutating func release(export: Int, app: Int) -> [Limit] {
    let released = limits(export: export, app: app)
    precondition(active > 0 || isUnchecked, "a slot was released twice")
    giveBack(released, export)
    return released
  }

  private mutating func giveBack(_ limits: [Limit], _ export: Int) {
    active -= 1
    activeOfService[serviceOfExport[export]] -= 1
    for limit in limits {
      let left = (counts[limit] ?? 0) - 1
      counts[limit] = left > 0 ? left : nil
    }
  }

  #if DEBUG
    private var isUnchecked = false

    /// The mistake that tests plant.
    mutating func releaseUnchecked(export: Int, app: Int) {
      isUnchecked = true
      giveBack(limits(export: export, app: app), export)
    }
  #else
    private let isUnchecked = false
  #endif

  private func limits(export: Int, app: Int) -> [Limit] {
    let service = serviceOfExport[export]
    var limits = [Limit.app(service: service, app: app)]
    if exports[export].active != nil { limits.append(.export(export)) }
    if exports[export].activePerApp != nil { limits.append(.appOfExport(export: export, app: app)) }
    if let groups = groupsOfApp[service][app] { for group in groups { limits.append(.shared(group)) } }
    return limits
  }
}
