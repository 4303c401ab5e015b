// SPDX-License-Identifier: Apache-2.0

/// One row of the table: a command of the program, and what it is run on.
struct Benchmark {
  /// What one of the things that are counted is called.
  enum Unit: String { case job, app, row }

  /// What the project has promised itself.
  struct Budget {
    /// In seconds.
    var wall: Double?
    /// In bytes.
    var peak: Int?
  }

  var name: String
  /// How many jobs or apps there are; 0: nothing is counted.
  var count = 0
  var unit = Unit.job
  var arguments: [String]
  var inputs: [Input]
  /// What an earlier row left behind; without it there is nothing to measure.
  var needs: String?
  /// A file that the command writes and that no later row reads.
  var leftover: String?
  /// The command ends with it when it has done what it is to do.
  var status: Int32 = 0
  var budget = Budget()
}

extension Benchmark {
  /// Rows that need a plan file stand after the one that writes it.
  static func all(_ size: Options.Size) -> [Benchmark] {
    let sizes = size.planSizes
    let large = sizes.suffix(2)
    var all = startUp
    for shape in [Inputs.Shape.byApp, .byWindow, .sequential] { all += sizes.map { plan($0, shape) } }
    for row in [expand, plan, readBack, compare, check, select, selectAll, graph] { all += large.map(row) }
    // After what has no ledger: a manifest's state is beside it unless it is told otherwise.
    for row in [planOverLedger, runOverLedger] { all += large.map(row) }
    return all + yaml(apps: size.apps)
  }

  private static let asOf = ["--as-of", "2016-01-01T00:00:00Z"]

  private static func title(_ text: String, _ count: Int, _ unit: Unit = .job) -> String {
    "\(text), \(Figures.grouped(count)) \(unit)s"
  }

  private static var startUp: [Benchmark] {
    let small = Inputs.apps(2)
    return [
      Benchmark(name: "start: --help", arguments: ["--help"], inputs: [], budget: Budget(wall: 0.030)),
      Benchmark(
        name: "start: validate, 2 jobs", arguments: ["validate", small.name] + asOf, inputs: [small],
        budget: Budget(wall: 0.030)),
    ]
  }

  // MARK: Plans

  private static func plan(_ jobs: Int, _ shape: Inputs.Shape) -> Benchmark {
    let input = Inputs.plan(jobs, shape)
    let text =
      switch shape {
      case .byApp: "plan -o"
      case .byWindow: "plan -o, match: window"
      case .sequential: "plan -o, order: sequential"
      }
    let output = shape == .byApp ? planFile(jobs) : "plan.json"
    return Benchmark(
      name: title(text, jobs), count: jobs, arguments: ["plan", input.name, "-o", output] + asOf, inputs: [input],
      leftover: shape == .byApp ? nil : output,
      budget: jobs == 1_000_000 ? Budget(wall: 3, peak: 300_000_000) : Budget())
  }

  private static func planFile(_ jobs: Int) -> String { "plan-\(jobs).json" }

  private static func ofPlan(
    _ text: String, _ jobs: Int, _ arguments: [String], leftover: String? = nil
  ) -> Benchmark {
    Benchmark(
      name: title(text, jobs), count: jobs, arguments: arguments, inputs: [Inputs.plan(jobs, .byApp)],
      leftover: leftover)
  }

  private static func manifest(_ jobs: Int) -> String { Inputs.plan(jobs, .byApp).name }

  private static func expand(_ jobs: Int) -> Benchmark {
    ofPlan("validate", jobs, ["validate", manifest(jobs)] + asOf)
  }

  private static func plan(_ jobs: Int) -> Benchmark {
    ofPlan("plan, no file", jobs, ["plan", manifest(jobs)] + asOf)
  }

  private static func readBack(_ jobs: Int) -> Benchmark {
    ofPlan("explain JOB plan.json", jobs, ["explain", "first/shop-1/event/2015-01-31", planFile(jobs)])
  }

  private static func compare(_ jobs: Int) -> Benchmark {
    ofPlan("diff plan.json plan.json", jobs, ["diff", planFile(jobs), planFile(jobs)])
  }

  private static func check(_ jobs: Int) -> Benchmark {
    ofPlan("plan --check plan.json", jobs, ["plan", manifest(jobs), "--check", planFile(jobs)])
  }

  private static func select(_ jobs: Int) -> Benchmark {
    ofPlan(
      "plan --select label:tier=gold -o", jobs,
      ["plan", manifest(jobs), "--select", "label:tier=gold", "-o", "selected.json"] + asOf,
      leftover: "selected.json")
  }

  private static func selectAll(_ jobs: Int) -> Benchmark {
    ofPlan(
      "plan --exclude window:2015-01-31 -o", jobs,
      ["plan", manifest(jobs), "--exclude", "window:2015-01-31", "-o", "selected.json"] + asOf,
      leftover: "selected.json")
  }

  private static func graph(_ jobs: Int) -> Benchmark {
    ofPlan("graph", jobs, ["graph", manifest(jobs)] + asOf)
  }

  // MARK: Over a ledger

  private static func ledger(_ jobs: Int) -> Input { Inputs.ledger(jobs, plan: planFile(jobs)) }

  private static func planOverLedger(_ jobs: Int) -> Benchmark {
    Benchmark(
      name: title("plan, all of it verified", jobs), count: jobs,
      arguments: ["plan", manifest(jobs), "--state", ledger(jobs).name] + asOf,
      inputs: [Inputs.plan(jobs, .byApp), ledger(jobs)])
  }

  private static func runOverLedger(_ jobs: Int) -> Benchmark {
    Benchmark(
      name: title("run, all of it verified", jobs), count: jobs,
      arguments: ["run", manifest(jobs), "--state", ledger(jobs).name] + asOf,
      inputs: [Inputs.plan(jobs, .byApp), ledger(jobs)], budget: Budget(wall: jobs == 1_000_000 ? 2 : nil))
  }

  // MARK: Reports

  /// Of runs that were measured, when their states are there.
  static func reports(_ size: Options.Size) -> [Benchmark] {
    let sizes = size == .smoke ? [80] : size == .quick ? [10_000] : [10_000, 100_000]
    return sizes.flatMap { jobs in
      ["json", "html", "md"].map { format in
        Benchmark(
          name: title("report --format \(format)", jobs), count: jobs,
          arguments: [
            "report", "last", "--state", RunMeasurement.state(of: jobs), "--format", format, "-o", "report.out",
          ],
          inputs: [], needs: RunMeasurement.state(of: jobs), leftover: "report.out")
      }
    }
  }

  // MARK: YAML

  private static func yaml(apps: Int) -> [Benchmark] {
    let isWhole = apps == 40_000
    let (blocks, included, variables) = (Inputs.apps(apps), Inputs.included(apps), Inputs.variables(apps))
    return [
      Benchmark(
        name: title("YAML: validate a manifest", apps, .app), count: apps, unit: .app,
        arguments: ["validate", blocks.name] + asOf, inputs: [blocks], budget: Budget(wall: isWhole ? 1 : nil)),
      Benchmark(
        name: title("YAML: validate, include of \(Figures.grouped(apps / 100)) files", apps, .app), count: apps,
        unit: .app, arguments: ["validate", included.name] + asOf, inputs: [included],
        budget: Budget(wall: isWhole ? 1 : nil)),
      Benchmark(
        name: title("YAML: load", apps, .row), count: apps, unit: .row,
        arguments: ["validate", variables.name] + asOf, inputs: [variables],
        budget: Budget(wall: isWhole ? 0.5 : nil)),
      Benchmark(
        name: title("YAML: fmt --check", apps, .app), count: apps, unit: .app,
        arguments: ["fmt", "--check", blocks.name], inputs: [blocks]),
    ]
  }
}

extension Options.Size {
  fileprivate var planSizes: [Int] {
    switch self {
    case .smoke: [2_000]
    case .quick: [10_000, 100_000]
    case .full: [10_000, 100_000, 1_000_000]
    }
  }

  /// 40,000 are 10 MB of YAML.
  fileprivate var apps: Int { self == .smoke ? 200 : 40_000 }
}
