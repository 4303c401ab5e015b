// SPDX-License-Identifier: Apache-2.0
import ExportPlan

/// How many live tasks the exports of a plan have, and whether one more may start by their own limits.
struct ExportSlots: Sendable {
  private struct ExportOfApp: Hashable, Sendable {
    var export: Int
    var app: Int
  }

  private let limits: [ExportLimits]
  private var active: [Int]
  /// Of exports with a limit for each app.
  private var activeOfApp: [ExportOfApp: Int] = [:]

  /// - Parameter limits: of each export of the plan.
  init(_ limits: [ExportLimits]) {
    self.limits = limits
    active = Array(repeating: 0, count: limits.count)
  }

  /// Whether the export may have one more live task.
  func isOpen(_ export: Int) -> Bool { limits[export].active.map { active[export] < $0 } ?? true }

  /// Whether the export may have one more live task of the app.
  func isOpen(_ export: Int, to app: Int) -> Bool {
    guard let most = limits[export].activePerApp else { return isOpen(export) }
    return isOpen(export) && activeOfApp[ExportOfApp(export: export, app: app), default: 0] < most
  }

  mutating func take(export: Int, app: Int) { count(1, export, app) }

  mutating func release(export: Int, app: Int) { count(-1, export, app) }

  private mutating func count(_ change: Int, _ export: Int, _ app: Int) {
    active[export] += change
    guard limits[export].activePerApp != nil else { return }
    activeOfApp[ExportOfApp(export: export, app: app), default: 0] += change
  }
}
