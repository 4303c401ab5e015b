// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting
import Foundation
import FoundationXML
import Testing

/// `report.html` as text; `ReportPageTests` looks at it in a browser.
@Suite struct PageTests {
  private typealias Sample = ReportSample

  static let hostile: [String] = [
    "</script><script>alert(1)</script>", "<!--<script>", "{{name}}{{{name}}}", "]]>\u{2028}'\"&amp;",
    "<img src=x onerror=alert(1)>", "shop\"\u{301} onclick=\"alert(1)\" <\u{301}b>&\u{301}",
  ]

  private static func mixed(_ app: String = "shop", _ message: String = "no room") -> Sample {
    var sample = Sample(Plan.sample(apps: [app, "club"], snapshots: ["tag"], days: 1))
    sample.finish(0, at: 0)
    sample.fail(2, at: 3, Failure(.taskFailed, message, requestID: "r-7"))
    sample.add(.skipped(because: sample.keys[2]), 3, at: 9)
    sample.add(.intent(attempt: 1), 1, at: 12)
    return sample
  }

  @Test(arguments: hostile) func `no name and no message ends what it stands in`(hostile: String) throws {
    let page = RenderedPage(Self.mixed(hostile, hostile).report)

    #expect(page.text.ranges(of: "<script").count == 2 && page.text.ranges(of: "</script").count == 2)
    #expect(!page.markup.contains("<img") && !page.markup.contains("<!--"))
    #expect(page.part("id=\"data\">", "</script>")?.contains("<") == false)
    let data = try page.data()
    #expect(data["apps"]?.array?.first?.string == hostile)
    #expect(try page.messages().contains(Failure(.taskFailed, hostile).message))
  }

  @Test(arguments: ["shop"] + hostile) func `the page is well-formed and its anchors are there`(
    app: String
  ) {
    let page = RenderedPage(Self.mixed(app).report)

    let markup = page.markup.replacing("<!doctype html>", with: "").replacing(#/<(meta|input)[^>]*>/#, with: "")
    let parser = XMLParser(data: Data(markup.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    let anchors = page.markup.matches(of: #/href="#([a-z-]+)"/#).map { String($0.1) }
    #expect(anchors.count > 5)
    for anchor in anchors { #expect(page.markup.contains("id=\"\(anchor)\""), "\(anchor)") }
    let names = page.markup.matches(of: #/ id="([a-z-]+)"/#).map { String($0.1) }
    #expect(Set(names).count == names.count)
    for match in page.markup.matches(of: #/aria-(?:labelledby|describedby)="([a-z -]+)"/#) {
      for name in match.1.split(separator: " ") { #expect(names.contains(String(name)), "\(name)") }
    }
  }

  @Test func `the page needs nothing else, and its policy lets nothing run but its own script and style`() throws {
    let page = RenderedPage(Self.mixed().report)

    for reference in ["src=", "@import", "url(", "<link", "http-equiv=\"refresh\"", "fetch(", "XMLHttpRequest"] {
      #expect(!page.text.contains(reference), "\(reference)")
    }
    #expect(page.text.matches(of: #/href="[^#]/#).isEmpty && page.markup.matches(of: #/ on[a-z]+=/#).isEmpty)
    func hash(_ text: String?) -> String { Data(SHA256.hash(data: Data((text ?? "").utf8))).base64EncodedString() }
    let policy = try #require(page.part("Content-Security-Policy\" content=\"", "\"")).replacing("&#39;", with: "'")
    #expect(
      policy == "default-src 'none'; script-src 'sha256-\(hash(page.script))'; style-src 'sha256-\(hash(page.style))'; "
        + "base-uri 'none'; form-action 'none'")
    let place = try #require(page.text.firstRange(of: "Content-Security-Policy")?.lowerBound)
    let style = try #require(page.text.firstRange(of: "<style>")?.lowerBound)
    #expect(place < style)
  }

  @Test func `the first screen says what failed, why, what is missing and what to run next`() {
    var sample = Self.mixed()
    sample.resume = "outhaul run exports.yaml"

    let page = RenderedPage(sample.report)

    for told in [
      "<p class=\"verdict bad\">1 of 4 jobs done in 1 min 40 s; 1 failed, 1 skipped, 1 waiting.</p>",
      "<li>3 windows are missing: 1 failed, 1 skipped, 1 waiting.</li>",
      "<li>1 job – task failed at the service: no room</li>",
      "<p>To do all that is left (3 jobs):</p>", "<code>outhaul run exports.yaml</code>",
      "<code>outhaul run exports.yaml --select status:failed</code>", "request ids: <code>r-7</code>",
      "class taskFailed; final: not tried again", "1 job: not over when the run ended",
      "1 job: waited for snapshots/club/tag/2016-11-24",
      "Read the service&#39;s reason; run again for a new task.",
    ] {
      #expect(page.markup.contains(told), "\(told)")
    }
  }

  @Test func `the first screen names what is missing and says what to run before it says why`() throws {
    let page = RenderedPage(Self.mixed().report)

    let box = try #require(page.part("<section class=\"box isbad\"", "</section>"))
    let missing = try #require(
      box.firstRange(of: "<li>history: 2 windows, 2016-11-23; event of shop (1), club (1)</li>"))
    let command = try #require(box.firstRange(of: "<code>outhaul run exports.yaml</code>"))
    let why = try #require(box.firstRange(of: "<p>Why:</p>"))
    #expect(missing.lowerBound < command.lowerBound && command.lowerBound < why.lowerBound)
    let coverage = try #require(page.markup.firstRange(of: "<h2 id=\"coverage\">"))
    let failures = try #require(page.markup.firstRange(of: "<h2 id=\"failures\">"))
    #expect(coverage.lowerBound < failures.lowerBound)
  }

  @Test func `attempts that the service put off are told apart, and what was given up stands with what failed`() throws
  {
    var plan = Plan.sample(apps: ["shop"], snapshots: [], days: 2)
    plan.exports[1].maxFailures = 1
    var sample = Sample(plan)
    sample.add(.intent(attempt: 1), 0, at: 0)
    sample.add(.refused(attempt: 1, Failure(.throttled, "429")), 0, at: 1)
    sample.add(.intent(attempt: 2), 0, at: 1)
    sample.add(.taskFailed(attempt: 2, Failure(.taskFailed, "no room")), 0, at: 2)
    sample.fail(0, at: 3, Failure(.taskFailed, "no room"), attempt: 3)
    sample.add(.intent(attempt: 1), 1, at: 0)
    sample.add(.taskFailed(attempt: 1, Failure(.taskFailed, "no disk")), 1, at: 1)
    sample.add(.skipped(because: sample.keys[0], isStop: true), 1, at: 8)

    let page = RenderedPage(sample.report)

    for told in [
      "failed, 2 attempts and 1 that was put off", "<h3>given up – task failed at the service: 1 job</h3>",
      "given up, 1 attempt", "no disk",
      "because export history stopped after history/shop/event/2016-11-22 (max_failures: 1)",
      "<p>To do these again (2 jobs: 1 failed, 1 given up):</p>",
    ] {
      #expect(page.markup.contains(told), "\(told)")
    }
    #expect(!page.markup.contains("What was not begun"))
    #expect(try page.data()["putOff"] == ["0": 1])
    let junit = String(decoding: ReportFormat.junit.render(sample.report), as: UTF8.self)
    #expect(junit.contains("failures=\"2\" errors=\"0\" skipped=\"0\"") && junit.contains("attempts: 2\nput off: 1\n"))
    let json = try JSONValue(parsing: ReportFormat.json.render(sample.report))
    #expect(
      json.at(pointer: "/given_up/0/failures/0/cause") == "taskFailed" && json.at(pointer: "/totals/given_up") == 1)
    let markdown = String(decoding: ReportFormat.markdown.render(sample.report), as: UTF8.self)
    #expect(markdown.contains("**given up after a failed attempt**: 1 job. ") && markdown.contains("`no disk`"))
  }

  @Test func `a run that could not go on says first what stopped it and what to do`() {
    var sample = Self.mixed()
    (sample.outcome, sample.stop) = (
      .halted, .halted(Failure(.credential, "403 no such signature", requestID: "r-9"))
    )

    let page = RenderedPage(sample.report)

    let why = page.part("<p>Why:</p>\n<ul>\n", "\n")
    #expect(
      why
        == "<li>the run stopped – credential refused: 403 no such signature, request r-9. "
        + "Renew the secret or the signature that the manifest names; run again.</li>")
    let box = page.part("<h2 id=\"failures\">", "</section>") ?? ""
    for told in [
      "The run stopped: credential refused", "403 no such signature", "<code>r-9</code>", "Renew the secret",
    ] {
      #expect(box.contains(told), "\(told)")
    }
  }

  @Test func `a run that was interrupted is amber, in its verdict and in the box below`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 2))
    sample.add(.intent(attempt: 1), 0, at: 0)
    (sample.outcome, sample.stop) = (.interrupted, .interrupted)

    let page = RenderedPage(sample.report)

    #expect(page.markup.contains("<p class=\"verdict wait\">") && page.markup.contains("<section class=\"box iswait\""))
  }

  @Test func `series that stand alike are counted in words, and reasons not to be due are parted`() {
    let plan = Plan.sample(apps: ["a", "b"], snapshots: ["tag", "device"], days: 1)
    var sample = Sample(plan, dues: plan.jobs.map { _ in .neverExported })
    for (job, one) in plan.jobs.enumerated() where one.export == 0 && (one.app == 0 || one.dataset == "tag") {
      sample.finish(job, at: 0)
    }
    sample.dues[plan.jobs.count - 1] = .notRipe
    sample.dues[2] = .alreadyExported

    let page = RenderedPage(sample.report)

    #expect(page.markup.contains("snapshots: 3 series alike") && !page.markup.contains("; </dd>"))
  }

  @Test func `a run that had nothing to do has a page without timeline and script`() {
    // As the program does it: only the frame of such a plan is kept.
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3).frame
    var sample = Sample(plan, dues: [.alreadyExported, .alreadyExported, .notRipe])
    sample.outcome = .done

    let page = RenderedPage(sample.report)

    #expect(page.script == nil && page.markup.contains("Nothing is due: "))
    #expect(page.markup.contains("Nothing that is due is missing."))
    #expect(page.markup.contains("1 not ripe yet."))
    #expect(page.markup.contains("2 of 3 windows are exported. 'outhaul gaps' shows the calendar."))
    #expect(page.markup.contains("<li>exported: 2</li>") && page.markup.contains("<li>not ripe: 1</li>"))
    #expect(!page.markup.contains("Each window is a letter") && !page.markup.contains("class=\"cal"))
  }

  @Test func `the data are columns that say what became of each job and each attempt`() throws {
    let data = try RenderedPage(Self.mixed().report).data()

    #expect(data["jobs"]?["state"]?.array?.count == 4 && data["took"] == 100_000)
    #expect(data["jobs"]?["tries"] == [1, 1, 1, 0])
    #expect(data["tries"]?["began"] == [0, 12_000, 3000] && data["tries"]?["over"] == [10_000, -1, 5000])
    #expect(data["tries"]?["running"] == [3000, -1, -1] && data["tries"]?["done"] == [8000, -1, -1])
    #expect(data["files"] == [[["part-0.json", 100, 1]]])
    #expect(data["titles"] == ["snapshots/club/tag/2016-11-24"])
  }

  // MARK: Many

  /// An id of the common form that no other job has.
  private static func guid(_ job: Int, _ use: Int) -> String {
    let digits = Digest(of: "\(job)/\(use)").hex
    return [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { digits.dropFirst($0.0).prefix($0.1) }.joined(
      separator: "-")
  }

  /// Ten thousand jobs, each with two attempts and a setback, and ids everywhere, as services give them.
  static let guids: RunReport = {
    var sample = Sample(Plan.sample(apps: (0..<100).map { "app-\($0)" }, snapshots: [], days: 100))
    for (job, one) in sample.plan.jobs.enumerated() {
      let second = job / 10
      let refusal = Failure(
        .service, "the service answered 503 to request \(PageTests.guid(job, 0)): busy",
        requestID: PageTests.guid(job, 0))
      sample.add(.intent(attempt: 1), job, at: second)
      sample.add(.refused(attempt: 1, refusal), job, at: second + 1)
      sample.add(.intent(attempt: 2), job, at: second + 2)
      sample.add(
        .submitted(attempt: 2, task: PageTests.guid(job, 1), requestID: PageTests.guid(job, 2)), job, at: second + 3)
      sample.add(.running, job, at: second + 4)
      sample.add(
        .setback(
          step: .poll, Failure(.throttled, "the service answered 429 to request \(PageTests.guid(job, 3)): slow down")),
        job,
        at: second + 5)
      sample.add(.succeeded(attempt: 2), job, at: second + 7)
      sample.add(.verifying(attempt: 2), job, at: second + 7)
      let artifact = Artifact(
        name: "history/\(sample.plan.apps[one.app].name)/\(one.dataset)/\(one.format)/\(one.label)/part-00000.json",
        bytes: 123_456 + Int64(job), sha256: nil, rows: 1234)
      sample.add(.verified(attempt: 2, Verification(.verified, artifacts: [artifact])), job, at: second + 9)
    }
    sample.seconds = 1100
    return sample.report
  }()

  @Test func `ten thousand jobs with ids of their own in every message are under five megabytes, and come back`() throws
  {
    let page = RenderedPage(Self.guids)

    #expect(page.text.utf8.count < 5_000_000, "\(page.text.utf8.count) bytes")
    let (messages, data) = (try page.messages(), try page.data())
    #expect(messages.contains("the service answered 503 to request \(Self.guid(77, 0)): busy"))
    #expect(messages.contains("poll: the service answered 429 to request \(Self.guid(9999, 3)): slow down"))
    #expect(messages.count == 20_000 && Set(messages).count == 20_000)
    #expect(data["patterns"]?.array?.count == 2)
    let tasks = data.at(pointer: "/tries/task")?.array?.compactMap(\.string) ?? []
    #expect(tasks.prefix(4).map(RenderedPage.id) == ["", Self.guid(0, 1), "", Self.guid(1, 1)])
    #expect(data.at(pointer: "/files/0/0") == ["part-00000.json", 123_456, 1234, 1])
  }

  @Test(arguments: ["~", "~~", "~AAAAAAAAAAAAAAAAAAAAAA", "01234567-89AB-CDEF-0123-456789ABCDEF", "", "t-1"])
  func `an id that looks as if it were packed comes back as it is`(task: String) throws {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 1))
    sample.add(.intent(attempt: 1), 0, at: 0)
    sample.add(.submitted(attempt: 1, task: task, requestID: nil), 0, at: 1)

    let held = try RenderedPage(sample.report).data().at(pointer: "/tries/task/0")?.string

    #expect(held.map(RenderedPage.id) == task)
  }

  /// A hundred apps of a hundred days; every twentieth job fails, every tenth is tried twice.
  static let many: RunReport = {
    var sample = Sample(Plan.sample(apps: (0..<100).map { "app-\($0)" }, snapshots: [], days: 100))
    for job in sample.keys.indices {
      let second = job / 40
      if job % 20 == 7 {
        sample.fail(job, at: second, Failure(.taskFailed, "row \(job) of the task is bad", requestID: "request-\(job)"))
      } else {
        if job % 10 == 3 {
          sample.add(.intent(attempt: 1), job, at: second)
          sample.add(.refused(attempt: 1, Failure(.throttled, "429: too many requests")), job, at: second + 1)
        }
        sample.finish(job, at: second + 2, attempt: job % 10 == 3 ? 2 : 1, bytes: Int64(job) * 1000)
      }
    }
    sample.seconds = 300
    return sample.report
  }()

  @Test func `a page of ten thousand jobs with faults is under five megabytes, and always the same`() {
    let page = ReportFormat.html.render(Self.many)

    #expect(page.count < 5_000_000, "\(page.count) bytes")
    #expect(page == ReportFormat.html.render(Self.many))
  }

  @Test func `nine hundred failures alike are one line with a count`() {
    let page = RenderedPage(Self.many)

    #expect(page.markup.contains("<h4>row … of the task is bad <span class=\"soft\">(500 jobs)</span></h4>"))
    #expect(page.markup.ranges(of: "of the task is bad").count == 2)
    #expect(page.markup.contains("495 more jobs"))
  }

  // MARK: Colours

  /// Text and what it stands on, by the style's names.
  static let pairs: [(String, [String])] = [
    ("ink", ["paper", "card"]), ("soft", ["paper", "card"]), ("focus", ["paper", "card"]),
    ("good", ["paper", "card", "goodback"]), ("bad", ["paper", "card", "badback"]),
    ("wait", ["paper", "card", "waitback"]),
  ]

  @Test func `text has a contrast of 4.5 to 1 at least, in light, in dark and on paper`() throws {
    let style = try #require(RenderedPage(Self.mixed().report).style)
    let themes = style.matches(of: #/:root(?:\.onpaper)? \{([^}]*)\}/#).map { match in
      Dictionary(
        match.1.matches(of: #/--([a-z]+): (#[0-9a-f]{6})/#).map { (String($0.1), String($0.2)) },
        uniquingKeysWith: { first, _ in first })
    }

    #expect(themes.count == 4)
    // What is drawn for paper has the colours of what is printed there.
    #expect(themes[2] == themes[3])
    for theme in themes {
      for (text, grounds) in Self.pairs {
        for ground in grounds {
          let (ink, paper) = (try #require(theme[text]), try #require(theme[ground]))
          let contrast = Self.contrast(ink, paper)
          #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
        }
      }
    }
  }

  /// Of WCAG 2.
  private static func contrast(_ one: String, _ other: String) -> Double {
    func luminance(_ colour: String) -> Double {
      let number = Int(colour.dropFirst(), radix: 16) ?? 0
      let parts = [number >> 16 & 255, number >> 8 & 255, number & 255].map { part in
        let value = Double(part) / 255
        return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    let both = [luminance(one), luminance(other)].sorted()
    return (both[1] + 0.05) / (both[0] + 0.05)
  }
}
