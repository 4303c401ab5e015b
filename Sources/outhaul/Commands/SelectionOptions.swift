// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// Which jobs of the plan are meant.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("select"),
    help: ArgumentHelp(
      """
      Only jobs that fit: a title or its beginning, such as history/shop-*/event; export:NAME, app:NAME, dataset:NAME, \
      format:NAME, label:NAME=VALUE, window:2016-01-01..2016-01-31, status:failed. * and ? stand for anything, a comma \
      means both; repeated, one is enough.
      """, valueName: "expr"), completion: ManifestNames.selection)
  var select: [String] = []

  @Option(
    name: .customLong("exclude"),
    help: ArgumentHelp("No job that fits, in the words of --select; may be repeated.", valueName: "expr"),
    completion: ManifestNames.selection)
  var exclude: [String] = []

  func validate() throws { _ = try selection }

  var selection: Selection {
    get throws {
      try Self.asMistake { try Selection(select: select, exclude: exclude) }
    }
  }

  /// A plan file has the jobs that it has, and no ledger.
  func refuseStatus(_ reason: String) throws {
    guard try selection.needsLedger else { return }
    throw ValidationError("status: is by the ledger; \(reason)")
  }

  /// The part that is meant.
  /// - Parameter say: told what a selection leaves.
  func select(from file: PlanFile, state: URL, say: Saying = Console.error) throws -> PlanFile {
    try selection.isEverything ? file : PlanFile(try select(from: file.plan, state: state, say: say))
  }

  func select(from plan: Plan, state: URL, say: Saying = Console.error) throws -> Plan {
    let selection = try selection
    guard !selection.isEverything else { return plan }
    let selected = try Self.asMistake { try selection.selected(from: plan, state: state, at: WallClock().now) }
    say(words(selected))
    return selected.plan
  }

  /// Both sides of a difference. A name need be known to one of them only.
  func select(from plans: (Plan, Plan)) throws -> (Plan, Plan) {
    let selection = try selection
    guard !selection.isEverything else { return plans }
    try Self.asMistake { try selection.checkNames(in: [plans.0, plans.1]) }
    return (selection.applied(to: plans.0).plan, selection.applied(to: plans.1).plan)
  }

  /// What a selection leaves.
  private func words(_ selected: SelectedPlan) -> String {
    let count = selected.plan.jobs.count
    guard count > 0 else { return "nothing is selected: none of the plan's \(Count.words(selected.total, "job")) fits" }
    var text = "selected \(count) of \(Count.words(selected.total, "job"))"
    let left = selected.unawaited.count
    if left > 0 {
      text += "; \(Count.words(left, "job")) that these wait for "
      text +=
        left == 1
        ? "is not done and not among them, and is not waited for"
        : "are not done and not among them, and are not waited for"
    }
    return text
  }

  private static func asMistake<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as SelectionError { throw ValidationError("\(error)") }
  }
}
