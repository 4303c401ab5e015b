// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension FoundApps {
  /// The groups without a list, such as `'club', 'shop' and 3 more`; `nil` when there is none.
  public var absentWords: String? {
    guard !absent.isEmpty else { return nil }
    let (most, longest) = (5, 100)
    let shown = absent.prefix(most).map {
      "'\($0.count > longest ? $0.prefix(longest).printable + "…" : $0.printable)'"
    }
    .joined(separator: ", ")
    return absent.count > most ? "\(shown) and \(absent.count - most) more" : shown
  }
}
