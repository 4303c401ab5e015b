// SPDX-License-Identifier: Apache-2.0

/// How far something is. Letters as well as colours: `█` is good, `x` did not come to that, `░` is to come.
enum ProgressBar {
  static func of(_ good: Int, bad: Int, all: Int, cells: Int) -> StyledText {
    guard all > 0, cells > 0 else { return StyledText() }
    let red = bad == 0 ? 0 : max(1, cells * bad / all)
    let green = min(cells - red, cells * good / all)
    var bar = StyledText(String(repeating: "█", count: green), .green)
    bar.append(String(repeating: "x", count: red), .red)
    bar.append(String(repeating: "░", count: cells - green - red), .dim)
    return bar
  }
}
