// SPDX-License-Identifier: Apache-2.0
import ExportPlan

/// The windows of a series laid out as a calendar.
public typealias GapCalendar = WindowCalendar<GapStatus>

extension WindowCalendar where Status == GapStatus {
  public init(_ series: Gaps.Series, of gaps: Gaps) {
    self.init(series.cells.map { gaps.cells[Int($0)] }, series.statuses)
  }
}
