// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun

/// The events of a run become a report: the fold, and one of its forms.
enum ReportingWork {
  private static let jobs = 1000

  static func json(_ folder: String) throws -> () throws -> Void { try report("json") }
  static func page(_ folder: String) throws -> () throws -> Void { try report("html") }

  private static func report(_ name: String) throws -> () throws -> Void {
    let plan = PlanFile(CountedPlan.make(apps: 20, days: jobs / 20, active: 64, activePerApp: 64))
    let header = RunHeader(
      id: "20161124-150640-counts", started: CountedPlan.start, plan: plan.digest, name: plan.plan.name,
      dues: [Due](repeating: .neverExported, count: jobs))
    let events = plan.plan.jobs.keys.enumerated().flatMap { life(of: $1, number: $0) }.sorted { $0.at < $1.at }
    guard let format = ReportFormat.all.first(where: { $0.name == name }) else {
      throw Refusal(description: "there is no report '\(name)'")
    }
    return {
      let report = RunReport(
        plan: plan, header: header, ended: CountedPlan.start.advanced(by: .seconds(3600)), outcome: .incomplete,
        stop: nil, events: events, resume: "outhaul run manifest.yaml", program: "outhaul")
      guard format.render(report).count > jobs else { throw Refusal(description: "the report is not made") }
    }
  }

  /// One job in twenty fails at the service.
  private static func life(of key: JobKey, number: Int) -> [JournalEvent] {
    func at(_ second: Int) -> Instant { CountedPlan.start.advanced(by: .seconds(number + second)) }
    let artifact = Artifact(
      name: "part-00000.json", bytes: Int64(1000 + number), sha256: key.digest, rows: Int64(number))
    let end: [JournalEvent] =
      number % 20 == 7
      ? [JournalEvent(.failed(Failure(.service, "the task failed: quota \(number % 3)")), of: key, at: at(60))]
      : [
        JournalEvent(.succeeded(attempt: 1), of: key, at: at(55)),
        JournalEvent(.verifying(attempt: 1), of: key, at: at(56)),
        JournalEvent(.verified(attempt: 1, Verification(.verified, artifacts: [artifact])), of: key, at: at(60)),
      ]
    return [
      JournalEvent(.intent(attempt: 1), of: key, at: at(0)),
      JournalEvent(.submitted(attempt: 1, task: "task-\(number)", requestID: nil), of: key, at: at(1)),
      JournalEvent(.running, of: key, at: at(5)),
    ] + end
  }
}
