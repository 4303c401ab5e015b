// SPDX-License-Identifier: Apache-2.0
import ExportPlan

/// What the journal keeps of a run so that its report can be made again, besides what happens in it.
public struct RunOrigin: Sendable, Equatable {
  /// `outhaul 0.1.0`
  public var program: String
  /// The command that goes on where the run stops.
  public var resume: String

  public init(program: String = "", resume: String = "") { (self.program, self.resume) = (program, resume) }
}

extension Plan {
  /// The plan without its jobs: what is kept of a plan when none of them is due, which may be a million.
  public var frame: Plan {
    var frame = self
    (frame.jobs, frame.gates) = (JobTable(), [])
    return frame
  }
}
