// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// What the codes of the planner stand for. A new one is an entry here.
public enum PlanCodes {
  public static let all = windows + jobs + discovery + remarks

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
    DiagnosticCode(
      "P021", "a window longer than the service takes",
      meaning: """
        The description of a service can say how long a window may be at most ('max'). A longer one would be refused, or \
        answered with a part of its rows. It is told before anything is sent, also where the service would have a window \
        split.
        """,
      fix: "Cut the time into shorter windows, as suggested.",
      example: .init(
        .description,
        """
        datasets:
          rows:
            kind: historical
            window: {unit: hour, render: hour, end: open, max: 6h}
            forms: [{values: {path: rows}, json: {from: "${window.start}"}}]
        """,
        fixed: """
          datasets:
            rows:
              kind: historical
              window: {unit: hour, render: hour, end: open, max: 1d}
              forms: [{values: {path: rows}, json: {from: "${window.start}"}}]
          """)),
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
      "P020", "a template that a job cannot complete",
      meaning: """
        A parameter that the description of a service calls a template may hold '${window.start}', '${window.end}' and \
        '${app.NAME}', which each job completes. A job of a dataset without windows has no window, and an app may lack \
        the parameter: the text would have a gap, and ask for something else.
        """,
      fix: "Give the app its parameter, or take the hole out of the text.",
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

  private static let discovery = [
    DiagnosticCode(
      "P010", "a discovered app without a name of its own",
      meaning: """
        An app of a catalogue keeps its own name where that is unique, and is called GROUP.NAME otherwise; what cannot \
        stand in a name becomes '-'. Two apps are called the same all the same, or the name is too long or empty.
        """,
      fix: "Write one of the apps under 'apps' with its parameters and a name: it is then that app, under that name.",
      example: nil),
    DiagnosticCode(
      "P011", "a catalogue without an app that fits",
      meaning: """
        'discover' found no app: the catalogue is empty, or no name fits a pattern of 'match'. Patterns are held against \
        the names that the plan uses. An empty catalogue is most often a wrong account or a credential that sees nothing.
        """,
      fix: "Check 'match' against the list of 'outhaul apps', and the service's 'with' and credential.",
      example: .init(
        .local, "apps:\n  discover: {service: engagement, match: [shpo-*]}",
        fixed: "apps:\n  discover: {service: engagement, match: [shop-*]}")),
    DiagnosticCode(
      "P012", "nothing was found for an app",
      meaning: """
        An option such as 'all: finished' is a question to the service, asked for each app when the plan is made. For some \
        apps nothing was found, so that nothing can be asked for: they have no job of the dataset. This is a warning.
        """,
      fix: "Nothing, when that is so; otherwise name the values, or leave the apps out of the export.",
      example: .init(
        .local, feedback("[beta]"), fixed: feedback("[shop-ios]"))),
  ]

  private static let remarks = [
    DiagnosticCode(
      "P015", "a part of a catalogue without a list",
      meaning: """
        The service names something that has apps, such as a collection, and answers 404 when its apps are asked for: it is \
        still being made, or was taken away meanwhile. The apps of the others are found all the same; what exports would \
        plan for apps in there is not planned. This is a warning; where nothing has a list, the catalogue cannot be read.
        """,
      fix: "Nothing, when that is so; otherwise ask again, or look at the service.",
      example: nil),
    DiagnosticCode(
      "P013", "jobs of two exports with different settings",
      meaning: """
        Two exports ask for the same job: the same dataset of the same app for the same window to the same place. It is \
        planned once, under the export that stands first, and runs with its settings. What the other says of retries, \
        verification, priority and the like does not hold for it. This is a warning.
        """,
      fix: "Give both exports the same settings, put first the one whose settings are meant, or part their windows.",
      example: .init(shared("verify: {min_rows: 5}"), fixed: shared("order: free"))),
    DiagnosticCode(
      "P014", "an export that plans nothing",
      meaning: """
        At the as-of instant the export has no job: none of its windows is ripe, its bounds hold no whole window, or the \
        matrix leaves nothing. That may be meant, so this is a warning.
        """,
      fix:
        "Look at the bounds of the window, 'ripe_after', 'include' and 'exclude'; plan with a later --as-of to see more.",
      example: .init(
        single("{every: month, last: 3d}"), fixed: single("{every: month, last: 70d}"))),
  ]

  private static func single(_ window: String) -> String {
    """
    exports:
      history:
        service: engagement
        apps: all
        datasets: [event]
        window: \(window)
    """
  }

  private static func shared(_ line: String) -> String {
    """
    exports:
      first: {service: engagement, apps: all, datasets: [event], window: {every: day, last: 7d}}
      second:
        service: engagement
        apps: all
        datasets: [event]
        window: {every: day, last: 7d}
        \(line)
    """
  }

  private static func feedback(_ apps: String) -> String {
    """
    apps:
      beta: {with: {collection: shop, app: beta}}
      discover: {service: engagement, match: [shop-*]}
    exports:
      feedback:
        service: engagement
        apps: \(apps)
        datasets: [push]
        window: {every: day}
        push: {campaigns: {all: finished}}
    """
  }

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
