// SPDX-License-Identifier: Apache-2.0

/// A dataset, by the name of its export type, and the form of its rows (contract.md 5.2 and 8).
enum CloudDataset: String, CaseIterable, Sendable {
  case activity = "Activity"
  case event = "Event"
  case session = "Session"
  case job = "Job"
  case push = "Push"
  case token = "Token"
  case tag = "Tag"
  case crash = "Crash"
  case error = "Error"
  case device = "Device"

  /// `event`, `events` and `Event` are the same.
  init?(word: some StringProtocol) {
    let word = word.lowercased()
    let plurals = ["activities": "activity", "crashes": "crash", "feedback": "push"]
    let single = plurals[word] ?? (word.hasSuffix("s") ? String(word.dropLast()) : word)
    guard let found = Self.allCases.first(where: { $0.word == single }) else { return nil }
    self = found
  }

  var word: String { rawValue.lowercased() }

  /// What a later export of replaces an earlier one.
  var isSnapshot: Bool { [.push, .token, .tag, .device].contains(self) }

  /// The member that holds an element's rows; `nil`: the element is the row.
  var member: String? {
    switch self {
    case .activity: "activities"
    case .event: "events"
    case .error: "errors"
    case .crash: "crashes"
    default: nil
    }
  }

  /// Of the element that holds rows.
  var head: String? { member == nil ? nil : self == .activity ? "sessionId" : "deviceId" }

  /// Of a row, all of them texts.
  var texts: [String] {
    switch self {
    case .activity, .event, .error: ["name", "timestamp"]
    case .crash: ["timestamp"]
    case .session: ["sessionId", "deviceId"]
    case .job: ["jobId", "name", "deviceId"]
    case .push: ["deviceId", "campaignType"]
    case .token: ["deviceId", "token", "type"]
    case .tag, .device: ["deviceId"]
    }
  }

  /// Where the day of a row is read: in the first that is there.
  var times: [String] {
    switch self {
    case .activity, .event, .error, .crash: ["timestamp"]
    case .session, .job: ["start", "end"]
    default: []
    }
  }

  /// Columns whose cells are JSON; all others are texts, but for the number of a campaign.
  static let jsonColumns: Set<String> = ["extras", "tags", "status", "meta", "info", "location", "appInfo"]

  /// The columns of an export of generated data, or of one without rows.
  var columns: [String] {
    switch self {
    case .activity: ["sessionId", "name", "timestamp", "extras"]
    case .event, .error, .crash: ["deviceId", "name", "timestamp", "infoId", "sessionId", "locationId", "extras"]
    case .session: ["sessionId", "start", "end", "deviceId", "infoId", "locationId"]
    case .job: ["jobId", "start", "end", "name", "deviceId", "infoId", "extras"]
    case .tag: ["deviceId", "tags"]
    case .token: ["deviceId", "token", "type"]
    case .device: ["deviceId", "meta", "info", "location", "appInfo"]
    case .push: ["deviceId", "campaignType", "campaignId", "status"]
    }
  }

  /// What the names of members, or of columns, say; several where the columns of a table fit several.
  static func told(by names: Set<String>) -> [CloudDataset] {
    for dataset in allCases {
      if let member = dataset.member, names.contains(member) { return [dataset] }
    }
    if names.contains("jobId") { return [.job] }
    if names.contains("campaignId") { return [.push] }
    if names.contains("tags") { return [.tag] }
    if names.contains("token") { return [.token] }
    if !names.isDisjoint(with: ["meta", "info", "appInfo"]) { return [.device] }
    if names.contains("timestamp") {
      guard names.contains("deviceId") else { return names.contains("sessionId") ? [.activity] : [] }
      return names.contains("crashId") ? [.crash] : [.event, .error, .crash]
    }
    return names.contains("sessionId") && !names.isDisjoint(with: ["start", "end"]) ? [.session] : []
  }
}
