// SPDX-License-Identifier: Apache-2.0

extension Results {
  /// A run against the stand-in. Figures are medians over the runs.
  struct RunRow: Codable {
    /// What is promised of a job, and of the whole.
    struct Budget: Codable {
      /// Over the service's own time, in seconds.
      var wallEach: Double?
      var cpuEach: Double?
      /// Without the one that reads a job's file.
      var requestsEach: Double?
      var peak: Int?

      enum CodingKeys: String, CodingKey {
        case wallEach = "wall_seconds_each"
        case cpuEach = "cpu_seconds_each"
        case requestsEach = "requests_each"
        case peak = "peak_bytes"
      }
    }

    var name: String
    /// `outhaul`, or the plain script by its journal.
    var program: String
    var jobs: Int
    var inFlight: Int
    var taskSeconds: Double
    var readsFiles: Bool
    var runs: Int
    /// What the service needs for all tasks, as many at once as there may be.
    var serviceSeconds: Double
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakBytes: Double
    var requests: Double
    /// Of the stand-in's processor, which is not the program's.
    var standInSeconds: Double
    var budget: Budget?

    enum CodingKeys: String, CodingKey {
      case name, program, jobs, runs, requests, budget
      case inFlight = "in_flight"
      case taskSeconds = "task_seconds"
      case readsFiles = "reads_files"
      case serviceSeconds = "service_seconds"
      case wallSeconds = "wall_seconds"
      case cpuSeconds = "cpu_seconds"
      case peakBytes = "peak_bytes"
      case standInSeconds = "stand_in_cpu_seconds"
    }

    var isOurs: Bool { program == "outhaul" }

    /// Over the service's own time, in seconds.
    var wallEach: Double { max(0, wallSeconds - serviceSeconds) / Double(jobs) }
    var cpuEach: Double { cpuSeconds / Double(jobs) }
    var requestsEach: Double { requests / Double(jobs) }
    /// To submit, to look at tasks and to list: without the one that reads a job's file.
    var askingEach: Double { requestsEach - (readsFiles ? 1 : 0) }
  }
}
