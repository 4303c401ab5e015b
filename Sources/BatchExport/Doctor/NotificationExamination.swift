// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

/// Looks at what a notification needs, and sends nothing.
struct NotificationExamination {
  private let planned: PlannedNotification
  private let options: BatchRun.Options
  private let secrets: [String: Secret]

  init(_ setting: NotificationSetting, options: BatchRun.Options, secrets: [String: Secret]) {
    (planned, self.options, self.secrets) = (PlannedNotification(setting), options, secrets)
  }

  /// `nil` when a secret is missing: that was told.
  func check() -> Checkup? {
    guard options.redirect == nil else {
      return .ok(.notification, planned.name, "address", "not sent in a rehearsal")
    }
    do throws(UnsentNotification) {
      _ = try ReadyNotification(planned) { name throws(SecretError) in
        guard let secret = secrets[name] else { throw SecretError(missing: []) }
        return secret
      }
      return .ok(.notification, planned.name, "address", "usable; nothing was sent there")
    } catch {
      if case .secret = error.reason { return nil }
      return .warning(
        .notification, planned.name, "address", "\(error.reason)", do: "correct it: nobody would be told of a run")
    }
  }
}
