// SPDX-License-Identifier: Apache-2.0

/// Runs the program against the stand-in, and the plain script in turn with it.
struct RunMeasurement {
  let options: Options
  let folder: WorkFolder
  /// `nil`: there is no Python to run it with.
  let baseline: Baseline?

  init(options: Options, folder: WorkFolder, baseline: Baseline?) {
    (self.options, self.folder, self.baseline) = (options, folder, baseline)
  }

  /// - Returns: a row of the program, then those of the script; and what was left out, as it would take too long.
  /// - Throws: `Failure` when requests or tasks do not add up.
  func all() throws -> (rows: [Results.RunRow], leftOut: [String]) {
    var (rows, leftOut): ([Results.RunRow], [String]) = ([], [])
    /// Of a job, by lanes and programs, over the service's own time.
    var known: [String: Double] = [:]
    for run in RunCase.all(options.size) {
      var programs: [Program] = []
      for program in self.programs(of: run) {
        let expected = run.serviceSeconds + Double(run.jobs) * (known["\(run.lane)/\(program.title)"] ?? 0)
        if expected <= options.rowSeconds {
          programs.append(program)
        } else {
          leftOut.append("\(run.name) (\(program.title): about \(Figures.decimal(expected, 0)) s)")
        }
        // The script alone says nothing.
        if programs.isEmpty { break }
      }
      guard !programs.isEmpty else { continue }
      Console.error("\(run.name) …")
      for row in try measure(run, programs) {
        known["\(run.lane)/\(row.program)"] = max(0, row.wallSeconds - run.serviceSeconds) / Double(run.jobs)
        rows.append(row)
      }
    }
    return (rows, leftOut)
  }

  // MARK: One case

  /// Who does the run.
  private struct Program {
    var title: String
    /// Of the script's commits; `nil`: it is ours.
    var journal: String?
  }

  private struct Sample {
    var child: Child
    var counts: StandInProcess.Counts
  }

  private func programs(of run: RunCase) -> [Program] {
    [Program(title: "outhaul")]
      + (baseline == nil ? [] : run.journals.map { Program(title: Baseline.title($0), journal: $0) })
  }

  /// In turn, so that what else the machine does falls on all of them.
  private func measure(_ run: RunCase, _ programs: [Program]) throws -> [Results.RunRow] {
    var samples = [[Sample]](repeating: [], count: programs.count)
    var repetitions = [Repetition](repeating: Repetition(runs: options.runs), count: programs.count)
    while repetitions.contains(where: \.goesOn) {
      for (index, program) in programs.enumerated() where repetitions[index].goesOn {
        let sample = try sample(run, program)
        samples[index].append(sample)
        repetitions[index].took(sample.child.wall)
      }
    }
    keep(run)
    return zip(programs, samples).map { row(run, $0, $1) }
  }

  private func sample(_ run: RunCase, _ program: Program) throws -> Sample {
    for name in program.journal == nil ? [Self.state] : Baseline.files { folder.remove(name) }
    let standIn = try StandInProcess(options.standIn, taskTime: run.taskTime)
    let child = try self.child(run, program, standIn.address)
    let sample = Sample(child: child, counts: try standIn.end())
    try check(sample, run, program)
    return sample
  }

  private func child(_ run: RunCase, _ program: Program, _ address: String) throws -> Child {
    let errors = folder.path(of: "errors.txt")
    if let journal = program.journal, let baseline {
      return try Child.run(baseline.command(run, address: address, journal: journal), in: folder.path, errors: errors)
    }
    try Inputs.writeRun(run, description: options.description, address: address, in: folder)
    let command = [
      options.binary, "run", Inputs.runManifest, "--as-of", Inputs.runAsOf, "--state", Self.state, "--active",
      String(run.inFlight), "--progress", "none",
    ]
    return try Child.run(command, in: folder.path, errors: errors)
  }

  /// One task for each job, and one look into each file that is to be read.
  private func check(_ sample: Sample, _ run: RunCase, _ program: Program) throws {
    let (child, counts) = (sample.child, sample.counts)
    guard child.status == 0 else {
      throw Failure("\(run.name): \(program.title) ended with \(child.status)\n\(folder.text(of: "errors.txt"))")
    }
    guard counts.tasks == run.jobs, counts.marks == run.jobs, counts.submit == run.jobs, counts.refused == 0,
      counts.get == (run.readsFiles ? run.jobs : 0)
    else {
      throw Failure("\(run.name): \(program.title) does not add up to \(run.jobs) jobs: \(counts)")
    }
  }

  private func row(_ run: RunCase, _ program: Program, _ samples: [Sample]) -> Results.RunRow {
    func middle(_ value: (Sample) -> Double) -> Double { Measurement.median(samples.map(value)) }
    return Results.RunRow(
      name: run.name, program: program.title, jobs: run.jobs, inFlight: run.inFlight, taskSeconds: run.taskTime,
      readsFiles: run.readsFiles, runs: samples.count, serviceSeconds: run.serviceSeconds,
      wallSeconds: middle { $0.child.wall }, cpuSeconds: middle { $0.child.cpu },
      peakBytes: middle { Double($0.child.peak) }, requests: middle { Double($0.counts.requests) },
      standInSeconds: middle { $0.counts.cpuSeconds }, budget: program.journal == nil ? run.budget : nil)
  }

  // MARK: What reports are made of

  private static let state = "run-state"

  /// The state of the plainest run of a size, for the rows of reports.
  private func keep(_ run: RunCase) {
    guard run.taskTime == 0, run.inFlight == 64, run.readsFiles else { return }
    folder.rename(Self.state, to: Self.state(of: run.jobs))
  }

  static func state(of jobs: Int) -> String { "run-state-\(jobs)" }
}
