// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation

/// Ctrl-Z leaves the terminal as it was: the view goes before the program is stopped, and comes again when it goes on.
struct SuspendWatch {
  private let source: any DispatchSourceSignal

  init() {
    signal(SIGTSTP, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGTSTP, queue: .global())
    source.setEventHandler {
      Console.endView()
      signal(SIGTSTP, SIG_DFL)
      kill(getpid(), SIGTSTP)
      // Here the program goes on.
      signal(SIGTSTP, SIG_IGN)
    }
    source.activate()
  }

  /// From now on Ctrl-Z stops the program at once again.
  func end() {
    source.cancel()
    signal(SIGTSTP, SIG_DFL)
  }
}
