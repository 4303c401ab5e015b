// SPDX-License-Identifier: Apache-2.0

extension String {
  /// What follows `https://` or `http://`; `nil` for a text that begins with neither. No pattern is needed for it, and so
  /// none is made: that takes longer than all else that is done with a small manifest's addresses.
  public var behindHTTP: Substring? {
    for scheme in ["https://", "http://"] where hasPrefix(scheme) { return self[...].dropFirst(scheme.count) }
    return nil
  }
}
