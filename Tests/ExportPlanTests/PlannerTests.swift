// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct PlannerTests {
  let asOf = Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)

  private func plan(_ exports: [ExportSetting], apps: [String] = ["android", "ios"], asOf: Instant? = nil) throws
    -> Plan
  {
    let input = PlanInput(name: "manifest.yaml", digest: Digest(of: "manifest"))
    let (plan, diagnostics) = Planner(
      Sample.manifest(exports, apps: apps), traits: ["engagement": Sample.traits], inputs: [input],
      asOf: asOf ?? self.asOf
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  private var nightly: [ExportSetting] {
    [
      Sample.export("snapshots", datasets: ["tag", "push"]),
      Sample.export(
        "history", datasets: ["events", "job"], window: Sample.window(from: "2016-02-01", through: "2016-02-03"),
        after: ["snapshots"]),
    ]
  }

  @Test func `an export is the product of apps, windows, datasets and formats`() throws {
    let plan = try plan([
      Sample.export(
        "history", datasets: ["event", "job"], formats: ["json", "csv"],
        window: Sample.window(from: "2016-02-01", through: "2016-02-03"))
    ])

    #expect(plan.jobs.count == 2 * 3 * 2 * 2)
    #expect(Set(plan.jobs.map(\.key)).count == plan.jobs.count)
  }

  @Test func `jobs carry the window as asked and as it will be sent`() throws {
    let plan = try plan(nightly)
    let event = try #require(plan.jobs.first { $0.dataset == "event" })
    let push = try #require(plan.jobs.first { $0.dataset == "push" })
    let tag = try #require(plan.jobs.first { $0.dataset == "tag" })

    #expect(event.window.end.description == "2016-02-02T00:00:00Z")
    #expect(event.sent == SentWindow(start: "2016-02-01", end: "2016-02-01"))
    #expect(push.sent == SentWindow(start: "2016-02-10T00:00:00Z", end: "2016-02-11T00:00:00Z"))
    #expect(tag.sent == nil)
    #expect(tag.label == "2016-02-10")
  }

  @Test func `an export waits for the jobs of the same app`() throws {
    let plan = try plan(nightly)

    #expect(plan.gates.map(\.name) == ["snapshots/android", "snapshots/ios"])
    for job in plan.jobs {
      let names = job.after.map { plan.gates[$0].name }
      #expect(names == (plan.exports[job.export].name == "history" ? ["snapshots/\(plan.apps[job.app].name)"] : []))
    }
  }

  @Test func `apps are chosen by name and by label`() throws {
    let byName = try plan([Sample.export("a", datasets: ["tag"], apps: .named([Sample.located("ios")]))])
    let byLabel = try plan([Sample.export("a", datasets: ["tag"], apps: .labelled(["os": "android"]))])

    #expect(byName.jobs.map { byName.apps[$0.app].name } == ["ios"])
    #expect(byLabel.jobs.map { byLabel.apps[$0.app].name } == ["android"])
  }

  @Test func `a job that two exports want is planned once, and each waits for it`() throws {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-02")
    let plan = try plan(
      [
        Sample.export("one", datasets: ["event"], window: window),
        Sample.export("two", datasets: ["event", "job"], window: window),
        Sample.export("three", datasets: ["tag"], after: ["two"]),
      ], apps: ["android"])

    #expect(plan.jobs.count == 5)
    #expect(plan.gates.map(\.members.count) == [4])
  }

  @Test func `a job that would wait for itself through another export is an error`() {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-01")
    let exports = [
      Sample.export("a", datasets: ["event"], window: window, after: ["b"]),
      Sample.export("b", datasets: ["tag"], after: ["c"]),
      Sample.export("c", datasets: ["event"], window: window),
    ]

    #expect { try plan(exports) } throws: { ($0 as? DiagnosticList)?.all.map(\.code) == ["P006"] }
  }

  @Test func `a key names content and nothing else`() throws {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-01")
    let first = try plan([Sample.export("a", datasets: ["event"], window: window)], apps: ["android"])
    let renamed = try plan([Sample.export("b", datasets: ["events"], window: window)], apps: ["android"])
    let otherFormat = try plan(
      [Sample.export("a", datasets: ["event"], formats: ["csv"], window: window)], apps: ["android"])
    let later = try plan(
      [Sample.export("a", datasets: ["event"], window: window)], apps: ["android"], asOf: asOf.advanced(by: .seconds(9))
    )

    #expect(first.jobs.map(\.key) == renamed.jobs.map(\.key))
    #expect(first.jobs.map(\.key) != otherFormat.jobs.map(\.key))
    #expect(first.jobs.map(\.key) == later.jobs.map(\.key))
  }

  @Test func `the canonical description of a job never changes`() throws {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-01")
    let plan = try plan([Sample.export("a", datasets: ["event"], window: window)], apps: ["android"])
    let job = try #require(plan.jobs.first)
    let content = JobContent(
      service: plan.services[0], app: plan.apps[0].parameters, dataset: job.dataset, options: [:], format: "json",
      window: job.window, destination: plan.destinations[0].kind)

    let text =
      #"{"app":{"app":"android"},"base":"https://management.azure.com","dataset":"event","#
      + #""destination":{"azure_container":"https://acct.blob.core.windows.net/exports"},"format":"json","#
      + #""options":{},"parameters":{"subscription":"s-1"},"service":"azure-mobile-engagement","v":1,"#
      + #""window":{"end":"2016-02-02T00:00:00Z","start":"2016-02-01T00:00:00Z"}}"#
    #expect(String(decoding: content.canonicalBytes, as: UTF8.self) == text)
    #expect(job.key == JobKey(Digest(of: text)))
  }

  @Test func `a window that the service cannot be asked for exactly is an error that says what fits`() {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-01", zone: "Europe/Paris")

    #expect { try plan([Sample.export("a", datasets: ["event"], window: window)]) } throws: { error in
      (error as? DiagnosticList)?.all.first?.text == """
        manifest.yaml:1:1: error: 'event' cannot be asked for 2016-02-01 in Europe/Paris: 2016-01-31T23:00:00Z to \
        2016-02-01T23:00:00Z is not made of whole UTC days [P005]
          1 | name: sample
            | ^ this service takes whole days of zone UTC: 'zone: UTC' would fit
        """
    }
  }

  @Test(arguments: [
    ("PT6H", "2016-02-01", "UTC", "'every: day' would fit"),
    ("PT6H", "2016-02-01", "Europe/Paris", "'every: day' with 'zone: UTC' would fit"),
    ("P1D", "2016-02-01T06:00", "UTC", "'every: day' would fit"),
    ("P2D", "2016-02-01", "Asia/Kathmandu", "'zone: UTC' would fit"),
  ])
  func `what would fit is the smallest change that the service can be asked for`(
    every: String, from: String, zone: String, fit: String
  ) throws {
    let window = Sample.window(try Sample.period(every), from: from, zone: zone)

    #expect {
      try plan([Sample.export("a", datasets: ["event"], window: window)])
    } throws: { error in
      (error as? DiagnosticList)?.all.first?.help == "this service takes whole days of zone UTC: \(fit)"
    }
  }

  @Test(arguments: [
    ("hour", "2016-02-01T10:10", "P002", "'2016-02-01T10:10' is not where an hour begins", "2016-02-01T10:00"),
    ("day", "2016-02-01T18:00", "P002", "'2016-02-01T18:00' is not where a day begins", "2016-02-02"),
    ("PT6H", "2016-02-01T05:00", "P002", "'2016-02-01T05:00' is not where a PT6H window begins", "2016-02-01T06:00"),
  ])
  func `a window that does not lie on its grid is told with what does`(
    every: String, from: String, code: String, message: String, fits: String
  ) throws {
    let period = try Sample.period(every)
    let noun = every.hasPrefix("P") ? "\(every) window" : every

    #expect {
      try plan([Sample.export("a", datasets: ["event"], window: Sample.window(period, from: from))])
    } throws: { error in
      let problem = (error as? DiagnosticList)?.all.first
      return problem?.code == code && problem?.message == message
        && problem?.help == "the \(noun) begins on \(fits)"
    }
  }

  @Test func `limits are the lower of the manifest's and the description's`() throws {
    let plan = try plan(nightly)

    #expect(plan.services[0].limits == ServiceLimits(active: 8, activePerApp: 4))
  }

  @Test func `a plan has the same bytes every time and reads back as itself`() throws {
    let plan = try plan(nightly)
    let file = PlanFile(plan)
    let again = PlanFile(try self.plan(nightly))

    #expect(file.bytes == again.bytes)
    let read = try PlanFile(parsing: file.bytes)
    #expect(read.plan == plan)
    #expect(read.digest == file.digest)
  }

  @Test func `a plan that was edited is refused`() throws {
    let text = String(decoding: PlanFile(try plan(nightly)).bytes, as: UTF8.self)
    let edited = text.replacing("2016-02-01T00:00:00Z", with: "2016-02-01T00:00:01Z")

    #expect(throws: PlanFileError.self) { try PlanFile(parsing: Array(edited.utf8)) }
  }

  @Test(arguments: ["", "[", "{}", "[]", #"{"plan":2}"#, #"{"plan":1}"#])
  func `what is not a plan is refused`(text: String) {
    #expect(throws: PlanFileError.self) { try PlanFile(parsing: Array(text.utf8)) }
  }

  @Test func `the graph draws a gate between exports`() throws {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-01")
    let plan = try plan(
      [
        Sample.export("first", datasets: ["tag"]),
        Sample.export("second", datasets: ["event"], window: window, after: ["first"]),
      ], apps: ["android"])

    #expect(
      PlanGraph.text(of: plan, as: .mermaid) == """
        flowchart LR
          subgraph e0["first"]
            j0["android tag 2016-02-10"]
          end
          subgraph e1["second"]
            j1["android event 2016-02-01"]
          end
          g0{"all of first/android"}
          j0 --> g0
          g0 --> j1

        """)
    #expect(
      PlanGraph.text(of: plan, as: .dot) == """
        digraph "sample" {
          rankdir=LR;
          node [shape=box];
          subgraph cluster_0 {
            label="first";
            j0 [label="android tag 2016-02-10"];
          }
          subgraph cluster_1 {
            label="second";
            j1 [label="android event 2016-02-01"];
          }
          g0 [label="all of first/android", shape=diamond];
          j0 -> g0;
          g0 -> j1;
        }

        """)
  }
}
