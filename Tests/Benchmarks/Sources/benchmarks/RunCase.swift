// SPDX-License-Identifier: Apache-2.0

/// A run that is measured against the stand-in.
struct RunCase {
  let jobs: Int
  let inFlight: Int
  /// How long each task takes, in seconds.
  let taskTime: Double
  /// Files are read; otherwise they are found by listing alone.
  var readsFiles = true
  /// What the plain script is run with, besides; none: it is not.
  var journals: [String] = ["NORMAL"]

  /// The time that the service itself needs: nothing can be faster.
  var serviceSeconds: Double { taskTime * Double((jobs + inFlight - 1) / inFlight) }

  var name: String {
    "run, \(Figures.grouped(jobs)) jobs, \(lane)"
  }

  /// What runs of different sizes have in common.
  var lane: String {
    "\(Figures.grouped(inFlight)) in flight, tasks of \(Figures.decimal(taskTime, taskTime == taskTime.rounded() ? 0 : 1)) s"
      + (readsFiles ? "" : ", listed")
  }

  /// What is promised: of a job by 64 in flight at no task time, of its requests where tasks take time, of the memory
  /// of 100,000 jobs.
  var budget: Results.RunRow.Budget {
    var budget = Results.RunRow.Budget()
    if taskTime == 0, inFlight == 64 { (budget.wallEach, budget.cpuEach) = (0.000_25, 0.000_25) }
    if taskTime >= 1 { budget.requestsEach = 2.2 }
    if jobs == 100_000 { budget.peak = 300_000_000 }
    return budget
  }

  /// By lanes, the smaller before the larger: how long one takes is foretold from the one before.
  static func all(_ size: Options.Size) -> [RunCase] {
    if size == .smoke {
      return [
        RunCase(jobs: 80, inFlight: 64, taskTime: 0, journals: ["FULL"]),
        RunCase(jobs: 40, inFlight: 64, taskTime: 0.3, readsFiles: false, journals: ["NORMAL"]),
      ]
    }
    let sizes = size == .quick ? [1000, 10_000] : [1000, 10_000, 100_000]
    var all: [RunCase] = []
    for taskTime in [0, 2.0] {
      for inFlight in [64, 1024] {
        all += sizes.map { jobs in
          // With more in flight the script's jobs cost what they cost at 1,000 jobs.
          let journals = inFlight == 64 || jobs == 1000 ? ["NORMAL"] : []
          return RunCase(jobs: jobs, inFlight: inFlight, taskTime: taskTime, journals: journals)
        }
      }
    }
    // What durability costs the script shows where nothing else takes time, and is the same for each job.
    all[0].journals.append("FULL")
    return all + [
      RunCase(jobs: 1000, inFlight: 64, taskTime: 0, readsFiles: false, journals: []),
      RunCase(jobs: 10_000, inFlight: 64, taskTime: 0, readsFiles: false, journals: []),
      RunCase(jobs: 1000, inFlight: 1024, taskTime: 2, readsFiles: false, journals: []),
    ]
  }
}
