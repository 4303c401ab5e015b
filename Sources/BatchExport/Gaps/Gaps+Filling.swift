// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

extension Gaps {
  /// What `--select` has to say for a run to take up every hole, and as little else as one expression can say: what all
  /// holes share, and the days from the first to the last. `nil` when there is no hole.
  public var filling: String? {
    let broken = series.filter { $0.holes > 0 }
    guard let first = broken.first else { return nil }
    func shared(_ part: (Series) -> String) -> String? {
      broken.allSatisfy { part($0) == part(first) } ? part(first) : nil
    }
    let (export, app, dataset) = (shared(\.export), shared(\.app), shared(\.dataset))
    var terms: [String] = []
    switch (export, app, dataset) {
    case (let export?, let app?, let dataset?): terms.append("\(export)/\(app)/\(dataset)")
    case (let export?, let app?, nil): terms.append("\(export)/\(app)")
    case (let export?, nil, _): terms.append(export)
    case (nil, let app, _): if let app { terms.append("app:\(app)") }
    }
    if let dataset, export == nil || app == nil { terms.append("dataset:\(dataset)") }
    // The format is in a title only where the export has several.
    if let format = shared(\.format), broken.contains(where: \.tellsFormat) { terms.append("format:\(format)") }
    terms += days(of: broken).map { ["window:" + ($0 == $1 ? "\($0)" : "\($0)..\($1)")] } ?? []
    return terms.joined(separator: ",")
  }

  /// The days on which the first and the last hole begin, each in its own zone.
  private func days(of broken: [Series]) -> (CivilDate, CivilDate)? {
    var days: [CivilDate] = []
    for one in broken {
      let holes = one.statuses.indices.filter { one.statuses[$0].isHole }
      for index in [holes.first, holes.last].compactMap(\.self) {
        let window = cells[Int(one.cells[index])].window
        days.append(ZoneCalendar(window.zone)?.day(of: window.start) ?? window.start.day)
      }
    }
    return days.min().flatMap { first in days.max().map { (first, $0) } }
  }
}
