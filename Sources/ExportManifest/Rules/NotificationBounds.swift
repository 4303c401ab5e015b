// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Notifications hold the end of a run only so long, and there are only so many.
struct NotificationBounds: ManifestRule {
  static let code = "M143"
  static let title = "notifications that would hold up a run's end"
  static let explanation =
    """
    A run ends when its notifications are sent or given up, and each may take as long as its 'timeout': from 100ms to 1m, \
    10s unless said. All are sent at once, at most \(NotificationSetting.most) of them.
    """
  static let fix = "Write a shorter 'timeout', or tell one address that tells the others."
  static let example = DiagnosticCode.Example(
    ExampleText.notify("timeout: 10m"), fixed: ExampleText.notify("timeout: 30s"))

  func check(_ input: RuleInput, _ problems: inout DiagnosticList) {
    let notifications = input.manifest.notifications
    for notification in notifications {
      guard let timeout = notification.timeout,
        !(NotificationSetting.shortest...NotificationSetting.longest).contains(timeout.value)
      else { continue }
      tell(
        &problems,
        "'timeout' of the notification '\(notification.name.value)' is \(DurationText.format(timeout.value))",
        at: timeout.place, help: "write one from 100ms to 1m")
    }
    if notifications.count > NotificationSetting.most {
      tell(
        &problems, "there are \(notifications.count) notifications", at: notifications.last?.name.place,
        help: "at most \(NotificationSetting.most) are sent")
    }
  }
}
