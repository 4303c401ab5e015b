// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// What a service has and bears at a moment.
public struct ServiceGauge: Sendable, Equatable {
  /// The plan's name of it.
  public var service: String
  /// Live tasks there, those of earlier runs included.
  public var active: Int
  /// What it is given at present: at most `most`, less while it asks for patience.
  public var limit: Int
  /// The plan's limit.
  public var most: Int
  /// It asked for patience, and has not borne everything since.
  public var isThrottled: Bool
  /// Jobs that could be submitted if there were room.
  public var ready: Int

  public init(service: String, active: Int, limit: Int, most: Int, isThrottled: Bool = false, ready: Int = 0) {
    (self.service, self.active, self.limit, self.most) = (service, active, limit, most)
    (self.isThrottled, self.ready) = (isThrottled, ready)
  }
}

extension Scheduler {
  /// Of every service, in the plan's order. It costs nothing that grows with the jobs.
  var gauges: [ServiceGauge] {
    services.enumerated().map { index, service in
      ServiceGauge(
        service: service.name, active: capacity.activeOfService[index], limit: service.active.present,
        most: service.rule.limits.active, isThrottled: service.isThrottled, ready: service.ready.count)
    }
  }
}
