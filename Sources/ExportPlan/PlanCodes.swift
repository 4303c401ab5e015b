// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// What the codes of the planner stand for. A new one is an entry here.
public enum PlanCodes {
  public static let all = windows + jobs

  private static let windows = [
    DiagnosticCode(
      "P001", "an unknown time zone",
      meaning: """
        Windows are cut in a named zone, so that days are right where clocks are changed. The name is none of the IANA \
        time zone database.
        """,
      fix: "Write a name such as Europe/Paris or America/New_York; UTC is the default.",
      example: .init(
        history("every: day, from: 2016-01-01, through: 2016-01-07, zone: Europe/Pariss"),
        fixed: history("every: day, from: 2016-01-01, through: 2016-01-07, zone: UTC"))),
    DiagnosticCode(
      "P002", "a bound between two cells",
      meaning: """
        A window is made of whole cells of its period: weeks begin on Monday, months on their first day. A bound that lies \
        inside a cell would cut it, and the same cell would mean different times in different plans.
        """,
      fix: "Move the bound to the day that is shown, or choose a shorter 'every'.",
      example: .init(
        history("every: month, from: 2016-01-15, to: 2016-03-01"),
        fixed: history("every: month, from: 2016-01-01, to: 2016-03-01"))),
    DiagnosticCode(
      "P003", "a window of too many cells",
      meaning: """
        The window of an export may have \(WindowSetting.cellLimit) cells. More of them come from a year that was mistyped \
        rather than from a wish.
        """,
      fix: "Check the bounds; choose a longer 'every', or split the time over several exports.",
      example: .init(
        history("every: day, from: 1016-01-01, through: 2016-01-07"),
        fixed: history("every: day, from: 2016-01-01, through: 2016-01-07"))),
    DiagnosticCode(
      "P005", "a window that the service cannot be asked for",
      meaning: """
        Services take whole units of a zone of their own, such as whole days of UTC. A day of another zone begins and \
        ends inside such units. Asking for the nearest ones would export other rows than the manifest says, so this is \
        an error and nothing is rounded.
        """,
      fix: "Cut the window in the service's own zone, or by a period that is made of its units.",
      example: .init(
        history("every: day, from: 2016-01-01, through: 2016-01-07, zone: Europe/Paris"),
        fixed: history("every: day, from: 2016-01-01, through: 2016-01-07, zone: UTC"))),
  ]

  private static let jobs = [
    DiagnosticCode(
      "P004", "a plan of too many jobs",
      meaning: """
        A plan may hold \(Planner.jobLimit) jobs: apps times datasets times formats times windows, over all exports. A \
        manifest that asks for more is told so before the machine runs out of memory.
        """,
      fix: "Plan fewer apps or a shorter time at once, or choose a longer 'every'.",
      example: nil),
    DiagnosticCode(
      "P007", "windows that never match",
      meaning: """
        'match: window' waits for the jobs of the same app and the very same window. The two exports have no such window, \
        because their periods, zones or bounds differ, so that nothing would wait for anything.
        """,
      fix: "Cut both into the same windows, or wait for all windows of the app with 'match: app'.",
      example: .init(
        windows("{every: week, from: 2016-01-04, to: 2016-01-18}"),
        fixed: windows("{every: day, from: 2016-01-04, to: 2016-01-18}"))),
    DiagnosticCode(
      "P006", "a job that waits for itself",
      meaning: """
        Jobs that are the same are planned once, whichever export asks for them. When one export waits for another, and \
        both are joined by a job that they share, that job can come to wait for itself, although no exports wait in a circle.
        """,
      fix: "Ask for the shared job in one of the exports only, or take out an 'after'.",
      example: .init(
        circle("[event]"), fixed: circle("[error]"))),
  ]

  private static func windows(_ window: String) -> String {
    """
    exports:
      events:
        service: engagement
        apps: all
        datasets: [event]
        window: \(window)
      errors:
        service: engagement
        apps: all
        datasets: [error]
        window: {every: day, from: 2016-01-04, to: 2016-01-18}
        after: [{export: events, match: window}]
    """
  }

  private static func history(_ window: String) -> String {
    """
    exports:
      history:
        service: engagement
        apps: all
        datasets: [event]
        window: {\(window)}
    """
  }

  private static func circle(_ datasets: String) -> String {
    let window = "window: {every: day, from: 2016-01-01, through: 2016-01-07}"
    return """
      exports:
        first: {service: engagement, apps: all, datasets: [event], \(window)}
        second: {service: engagement, apps: all, datasets: [job], \(window), after: [{export: first}]}
        third: {service: engagement, apps: all, datasets: \(datasets), \(window), after: [{export: second}]}
      """
  }
}
