// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What is missing when a run has ended, and what to run next.
public struct NextSteps: Sendable, Equatable {
  /// A command and what it is for.
  public struct Command: Sendable, Equatable {
    public var purpose: String
    public var line: String
  }

  /// What is missing, what no run brings back, and what is for later; one at least.
  public let sentences: [String]
  /// None when there is nothing to run now.
  public let commands: [Command]

  public init(_ report: RunReport, _ coverage: Coverage) {
    var sentences: [String] = []
    func counts(_ statuses: [CoverageStatus]) -> String {
      statuses.filter { coverage.count($0) > 0 }.map { "\(coverage.count($0)) \($0.word)" }.joined(separator: ", ")
    }
    let missing = coverage.missing
    sentences.append(
      missing == 0
        ? "Nothing that is due is missing."
        : "\(Count.words(missing, "window")) \(missing == 1 ? "is" : "are") missing: "
          + counts(CoverageStatus.allCases.filter(\.isMissing)) + ".")
    let again = counts([.redoFailed, .redoWaiting])
    if !again.isEmpty { sentences.append("Not done once more: \(again). The earlier files are still there.") }
    let lost = counts([.snapshotMissed, .noLongerKept])
    if !lost.isEmpty { sentences.append("No run brings back: \(lost).") }
    let beyond = coverage.count(.beyondCatchUp)
    if beyond > 0 { sentences.append("\(beyond) beyond catch_up: they are left out while the manifest says so.") }
    let unripe = coverage.count(.notRipe)
    if unripe > 0 {
      let next = Self.nextRipe(report).map { "; the next one is ripe at \($0)" } ?? ""
      sentences.append("\(unripe) not ripe yet\(next).")
    }
    let live = report.jobs.count(where: \.isLive)
    if live > 0 {
      sentences.append(
        "\(Count.words(live, "task")) \(live == 1 ? "goes" : "go") on at the service; the next run takes them up.")
    }
    let vain = report.waitingInVain.count
    if vain > 0 {
      sentences.append(
        "\(Count.words(vain, "job")) \(vain == 1 ? "waits" : "wait") for what no run brings back: "
          + "change 'after' of the export, or its window.")
    }
    self.sentences = sentences
    var commands: [Command] = []
    let left = report.leftCount
    if left > 0, !report.resume.isEmpty {
      commands.append(Command(purpose: "To do all that is left (\(Count.words(left, "job"))):", line: report.resume))
      if let failed = FailedAgain(report), failed.jobs.count < left,
        let line = report.command(selecting: failed.selection)
      {
        commands.append(Command(purpose: "Only what went wrong (\(failed.counts)):", line: line))
      }
    }
    self.commands = commands
  }

  /// When the first of the windows that are not ripe becomes so.
  private static func nextRipe(_ report: RunReport) -> Instant? {
    let plan = report.plan.plan
    var next: Instant?
    for (index, due) in zip(plan.jobs.indices, report.header.dues) where due == .notRipe {
      let job = plan.jobs[index]
      let ripe =
        job.kind == .snapshot ? job.window.start : job.window.end.advanced(by: plan.exports[job.export].ripeAfter)
      next = min(next ?? ripe, ripe)
    }
    return next
  }
}
