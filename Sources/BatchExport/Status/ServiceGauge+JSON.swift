// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension ServiceGauge {
  /// As `live.json`, `status` and the progress of a run have it.
  public var json: JSONValue {
    [
      "active": .int(Int64(active)), "limit": .int(Int64(limit)), "most": .int(Int64(most)), "name": .string(service),
      "ready": .int(Int64(ready)), "throttled": .bool(isThrottled),
    ]
  }

  /// `nil` when something is missing, or no number of tasks.
  public init?(_ json: JSONValue) {
    func count(_ name: String) -> Int? { json[name]?.int.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil } }
    guard let name = json["name"]?.string, let active = count("active"), let limit = count("limit"),
      let most = count("most")
    else { return nil }
    self.init(
      service: name, active: active, limit: limit, most: most, isThrottled: json["throttled"]?.bool ?? false,
      ready: count("ready") ?? 0)
  }
}
