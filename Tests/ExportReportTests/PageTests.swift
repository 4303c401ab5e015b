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
    #expect(data["messages"]?.array?.contains(.string(Failure(.taskFailed, hostile).message)) == true)
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
      "class taskFailed; final: not tried again", "1 job: waited for snapshots/club/tag/2016-11-24",
      "Read the service&#39;s reason; run again for a new task.",
    ] {
      #expect(page.markup.contains(told), "\(told)")
    }
  }

  @Test func `a run that had nothing to do has a page without timeline and script`() {
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    var sample = Sample(plan, dues: [.alreadyExported, .alreadyExported, .notRipe])
    sample.outcome = .done

    let page = RenderedPage(sample.report)

    #expect(page.script == nil && page.markup.contains("Nothing is due: "))
    #expect(page.markup.contains("Nothing that is due is missing."))
    #expect(page.markup.contains("1 not ripe yet; the next one is ripe at 2016-11-24T00:00:00Z."))
    #expect(page.markup.contains("<i class=\"g\">..</i>"))
  }

  @Test func `the data are columns that say what became of each job and each attempt`() throws {
    let data = try RenderedPage(Self.mixed().report).data()

    #expect(data["jobs"]?["state"]?.array?.count == 4 && data["took"] == 100_000)
    #expect(data["jobs"]?["tries"] == [1, 1, 1, 0] && data["jobs"]?["bad"] == [0, 1, 1, 1])
    #expect(data["tries"]?["began"] == [0, 12_000, 3000] && data["tries"]?["over"] == [10_000, -1, 5000])
    #expect(data["tries"]?["running"] == [3000, -1, -1] && data["tries"]?["done"] == [8000, -1, -1])
    #expect(data["files"] == [[["part-0.json", 100, 1]]])
    #expect(data["titles"] == ["snapshots/club/tag/2016-11-24"])
  }

  // MARK: Many

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

    #expect(page.markup.contains("<h4>row # of the task is bad <span class=\"soft\">(500 jobs)</span></h4>"))
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
    let themes = style.matches(of: #/:root \{([^}]*)\}/#).map { match in
      Dictionary(
        match.1.matches(of: #/--([a-z]+): (#[0-9a-f]{6})/#).map { (String($0.1), String($0.2)) },
        uniquingKeysWith: { first, _ in first })
    }

    #expect(themes.count == 3)
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
