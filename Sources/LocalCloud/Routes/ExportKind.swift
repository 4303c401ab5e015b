// SPDX-License-Identifier: Apache-2.0

/// A kind of export task, by the word that its path ends with (contract.md, section 1).
struct ExportKind: Equatable {
  /// What its body says beside the container and the format.
  enum Form { case snapshot, days, window, campaigns }

  /// As the task shows it: `exportType`.
  var type: String
  var form: Form

  private static let kinds: [String: ExportKind] = [
    "activities": ExportKind(type: "Activity", form: .days), "crashes": ExportKind(type: "Crash", form: .days),
    "errors": ExportKind(type: "Error", form: .days), "events": ExportKind(type: "Event", form: .days),
    "jobs": ExportKind(type: "Job", form: .days), "sessions": ExportKind(type: "Session", form: .days),
    "tags": ExportKind(type: "Tag", form: .snapshot), "tokens": ExportKind(type: "Token", form: .snapshot),
    "feedbackbydate": ExportKind(type: "Push", form: .window),
    "feedbackbycampaign": ExportKind(type: "Push", form: .campaigns),
  ]

  /// `nil` where there is no such kind. The word counts without regard to case, and in the plural alone.
  /// - Parameter extended: also the one that no published contract has.
  static func named(_ word: String, extended: Bool) -> ExportKind? {
    if extended, word.lowercased() == "devices" { return ExportKind(type: "Device", form: .snapshot) }
    return kinds[word.lowercased()]
  }
}
