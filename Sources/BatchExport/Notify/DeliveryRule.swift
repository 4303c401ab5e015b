// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// What follows a try to send a notification. A value: it decides and sends nothing.
struct DeliveryRule: Sendable {
  static let most = 2
  /// Before the second try, unless the answer says another.
  static let pause: Duration = .seconds(1)

  enum Next: Equatable {
    case delivered
    case again(after: Duration)
    case lost(UnsentNotification.Reason)
  }

  enum Answer: Sendable {
    case head(HTTPHead)
    case none(TransportError)
  }

  /// - Parameters:
  ///   - number: of the try, from 1.
  ///   - left: of the notification's time.
  static func next(_ answer: Answer, number: Int, left: Duration, now: Instant) -> Next {
    let (reason, mayHelp, pause): (UnsentNotification.Reason, Bool, Duration)
    switch answer {
    case .head(let head) where (200..<300).contains(head.status): return .delivered
    case .head(let head):
      reason = .status(head.status)
      mayHelp = head.status == 429 || head.status >= 500
      pause = head.retryAfter(now: now) ?? Self.pause
    case .none(let error):
      reason = .noAnswer(error.message)
      mayHelp = [.unreachable, .cut, .proxy].contains(error.kind)
      pause = Self.pause
    }
    guard mayHelp, number < most, pause < left else { return .lost(reason) }
    return .again(after: pause)
  }
}
