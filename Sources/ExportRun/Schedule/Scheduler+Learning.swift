// SPDX-License-Identifier: Apache-2.0
import ExportCore

// What is known of how long tasks take.
extension Scheduler {
  /// What earlier tasks of the job's app and dataset took; where none are known, those of the dataset in this run.
  mutating func experience(_ job: Int) -> PollPolicy.Experience? {
    earlierExperience(job) ?? seen[kind(of: job)]?.experience
  }

  /// A task is done. One that was found, or that a run before made, is older than is known.
  mutating func learn(from job: Int, at now: Instant) {
    guard self[job].isAnswered, let made = self[job].submittedAt, made <= now else { return }
    seen[kind(of: job), default: SeenDurations()].add(
      doneAt: made.duration(to: now), notYetAt: self[job].lookedAt.map { made.duration(to: $0) })
  }

  /// The job's export and dataset, whatever the app.
  private func kind(of job: Int) -> UInt32 { UInt32(truncatingIfNeeded: plan.jobs.series(of: root(of: job))) }

  /// A part is of the app and dataset of its whole.
  private func root(of job: Int) -> Int { job < plannedCount ? job : roots[job - plannedCount] }

  private mutating func earlierExperience(_ job: Int) -> PollPolicy.Experience? {
    guard history != nil else { return nil }
    let root = root(of: job)
    let series = plan.jobs.series(of: root)
    if let known = experiences[series] { return known }
    let experience = history?.experience(
      service: service(of: job), dataset: plan.jobs.dataset(of: root), app: app(of: job))
    experiences[series] = .some(experience)
    return experience
  }
}
