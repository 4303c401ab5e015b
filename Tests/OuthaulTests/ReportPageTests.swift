// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `report.html` of a real run in a real browser.
@Suite(.enabled(if: Browser.path != nil, "no chromium and no google-chrome is on the path"), .timeLimit(.minutes(10)))
struct ReportPageTests {
  /// A run on the local cloud in which some tasks fail for good; made once, the pages are only read.
  private static let made = Task { try await Made() }

  private struct Made: Sendable {
    let page: Data
    let failed: Int
    let jobs: Int

    init() async throws {
      let folder = try TemporaryFolder()
      let manifest = SampleManifest.nightly(days: 1, apps: 4, attempts: 2)
        .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-01-10")
      try folder.write(manifest, to: "manifest.yaml")
      let result = try await Program.run(
        [
          "run", "manifest.yaml", "--local", "--speed", "5000", "--as-of", "2016-02-01T03:00:00Z", "--select",
          "history",
          "--fault", "task:failed:40%", "--fault", "submit:503:5%", "--output", "json",
        ], in: folder.url)
      #expect(result.status == 3, "\(result.errors.suffix(500))")
      let report = try JSONValue(parsing: result.output.utf8)
      (jobs, failed) = (
        Int(report.at(pointer: "/totals/due")?.int ?? 0), Int(report.at(pointer: "/totals/failed")?.int ?? 0)
      )
      let run = try #require(report["run"]?.string)
      page = try Data(contentsOf: folder.url.appendingPathComponent(".outhaul/local/runs/\(run)/report.html"))
    }
  }

  private static func opened(
    _ folder: URL, width: Int = 1200, height: Int = 900, isDark: Bool = false
  ) async throws -> (DevTools, Made) {
    let made = try await made.value
    let browser = try await DevTools(in: folder)
    let page = folder.appendingPathComponent("report.html")
    try made.page.write(to: page)
    try await browser.show(page, width: width, height: height, isDark: isDark)
    return (browser, made)
  }

  @Test(arguments: [400, 1600], [false, true])
  func `the page is drawn, fits its width and has nothing on the console, light and dark`(width: Int, isDark: Bool)
    async throws
  {
    let folder = try TemporaryFolder()
    let (browser, made) = try await Self.opened(folder.url, width: width, isDark: isDark)

    let ready = try await browser.text("document.documentElement.dataset.ready")
    let wide = try await browser.value("document.documentElement.scrollWidth").int ?? Int64.max
    let why = try await browser.value("document.querySelector('#rows td.why').offsetWidth").int ?? 0
    let lines =
      try await browser.value(
        "[...document.querySelectorAll('#rows tr')].map(row => Math.max(row.cells[0].offsetHeight, row.cells[2].offsetHeight))"
      ).array?.compactMap(\.int) ?? []
    _ = try await browser.value(
      "showGood = [...document.getElementById('filter-state').options].find(o => o.text.startsWith('verified')); document.getElementById('filter-state').value = showGood.value; document.getElementById('filter-state').dispatchEvent(new Event('change'))"
    )
    let notes = try await browser.value("document.querySelector('#jobs-table th.note').offsetWidth").int
    _ = try await browser.value("document.getElementById('filter-none').click()")
    let top = try await browser.value("document.querySelector('.command').getBoundingClientRect().top").int ?? 0
    let first = try Picture(png: try await browser.picture())
    _ = try await browser.value(
      "document.getElementById('timeline').scrollIntoView({block: 'start', behavior: 'instant'})")
    let second = try Picture(png: try await browser.picture())
    let complaints = try await browser.complaints()

    #expect(ready == "\(made.jobs)" && made.failed > 0)
    #expect(wide <= Int64(width), "wider than its window")
    #expect(why >= 110, "the reason is \(why) wide, and breaks into letters")
    // A job is a line where there is room, and a column without notes takes none.
    #expect(width < 1000 || lines.allSatisfy { $0 < 60 }, "\(lines)")
    #expect(notes == 0, "a column of no notes is \(notes ?? -1) wide")
    #expect(top < 900, "the first command begins at \(top)")
    for picture in [first, second] {
      #expect(picture.width == width)
      let colours = picture.colours()
      let most = colours.values.max() ?? 0
      #expect(colours.count > 30 && most < width * picture.height / 4 * 97 / 100, "\(colours.count) colours")
    }
    // The ground is light or dark; the timeline has bars that ran and bars that failed.
    #expect(first.colour(2, 2) == (isDark ? 0x12171d : 0xffffff))
    let timeline = second.colours(above: 450)
    // How much of a bar is running and how much waits for its check is the machine's matter.
    let good = isDark ? [0x5fa0e0, 0x3ecf8e] : [0x3f78b5, 0x14804f]
    #expect(good.reduce(0) { $0 + timeline[$1, default: 0] } > 50, "no bar of a task that ran")
    #expect(timeline[isDark ? 0xff6b5e : 0xc62828, default: 0] > 10, "no bar of a task that failed")
    #expect(complaints == [])
  }

  @Test func `what a page complains of is heard`() async throws {
    let folder = try TemporaryFolder()
    let browser = try await DevTools(in: folder.url)
    let page = folder.url.appendingPathComponent("bad.html")
    let text =
      "<!doctype html><meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>1</script>"
    try text.write(to: page, atomically: true, encoding: .utf8)

    try await browser.show(page)
    let refused = try await browser.complaints()
    _ = try await browser.value("console.error('no')")
    let told = try await browser.complaints()

    #expect(refused.count == 1 && refused[0].contains("Content Security Policy"), "\(refused)")
    #expect(told.count == 2 && told[1].contains("\"no\""), "\(told)")
  }

  @Test func `the filter is of the timeline and the table, and is worked by keys`() async throws {
    let folder = try TemporaryFolder()
    let (browser, made) = try await Self.opened(folder.url)
    func shown() async throws -> String { try await browser.text("document.getElementById('shown').textContent") }

    let all = try await shown()
    _ = try await browser.value("document.getElementById('filter-text').focus()")
    try await browser.type("app-1 event")
    let texts = try await shown()
    let rows = try await browser.value(
      "[...document.querySelectorAll('#rows tr')].every(row => row.textContent.includes('history/app-1/event/'))")
    try await browser.type(" no such thing")
    let none = try await shown()
    _ = try await browser.value("document.getElementById('filter-none').focus()")
    try await browser.press("Enter", code: 13, text: "\r")
    let again = try await shown()
    _ = try await browser.value(
      "showState = [...document.getElementById('filter-state').options].find(o => o.text.startsWith('failed')).index; document.getElementById('filter-state').focus()"
    )
    let index = try await browser.value("showState").int ?? 0
    for _ in 0..<index { try await browser.press("ArrowDown", code: 40) }
    let failed = try await shown()
    let complaints = try await browser.complaints()

    #expect(all == "all \(made.jobs) jobs shown")
    #expect(texts == "10 of \(made.jobs) jobs shown" && rows == true)
    #expect(none == "0 of \(made.jobs) jobs shown" && again == all)
    #expect(failed == "\(made.failed) of \(made.jobs) jobs shown")
    #expect(complaints == [])
  }

  @Test func `the timeline is zoomed by keys, by buttons and by a range, and a row opens its details`() async throws {
    let folder = try TemporaryFolder()
    let (browser, _) = try await Self.opened(folder.url)
    func span() async throws -> Int {
      Int(try await browser.text("document.getElementById('timeline').dataset.span")) ?? 0
    }

    let whole = try await span()
    _ = try await browser.value("document.getElementById('timeline').focus()")
    try await browser.press("+", text: "+")
    let half = try await span()
    try await browser.press("-", text: "-")
    let back = try await span()
    _ = try await browser.value("document.getElementById('zoom-in').focus()")
    try await browser.press("Enter", code: 13, text: "\r")
    let button = try await span()
    _ = try await browser.value("document.getElementById('timeline').focus()")
    try await browser.press("0", text: "0")
    let box =
      try await browser.value(
        """
        (() => { const canvas = document.getElementById('timeline'); canvas.scrollIntoView({block: 'start', behavior: 'instant'});
          const box = canvas.getBoundingClientRect(); return [box.left, box.top, box.width].map(Math.round); })()
        """
      ).array?.compactMap(\.int).map(Double.init) ?? []
    try #require(box.count == 3)
    let (left, top, width) = (box[0], box[1], box[2])
    try await browser.mouse("mousePressed", left + width * 0.25, top + 100, pressed: true)
    try await browser.mouse("mouseMoved", left + width * 0.4, top + 101, pressed: true)
    try await browser.mouse("mouseMoved", left + width * 0.5, top + 102, pressed: true)
    try await browser.mouse("mouseReleased", left + width * 0.5, top + 102)
    let range = try await span()
    try await browser.press("Home", code: 36)
    try await browser.press("ArrowDown", code: 40)
    let readout = try await browser.text("document.getElementById('readout').textContent")
    try await browser.press("Enter", code: 13, text: "\r")
    let isOpen = try await browser.value("document.getElementById('details').open")
    let title = try await browser.text("document.getElementById('details-title').textContent")
    let facts = try await browser.text("document.getElementById('details-body').textContent")
    try await browser.press("Escape", code: 27)
    let isClosed = try await browser.value("!document.getElementById('details').open")
    let complaints = try await browser.complaints()

    #expect(half > 0 && abs(half - whole / 2) <= 2 && abs(back - whole) <= 2)
    #expect(abs(button - whole / 2) <= 2 && range < whole / 3 && range > whole / 6)
    #expect(isOpen == true && isClosed == true)
    #expect(title.hasPrefix("history/app-") && readout.hasPrefix(title + ": "), "\(readout)")
    for fact in ["key", "window", "sent as", "attempt", "task", "request id", "why due"] {
      #expect(facts.contains(fact), "\(fact) in \(facts.prefix(600))")
    }
    #expect(complaints == [])
  }

  @Test func `the table is sorted and turned by its buttons, and its names open details`() async throws {
    let folder = try TemporaryFolder()
    let (browser, made) = try await Self.opened(folder.url)

    _ = try await browser.value("document.querySelector('th[data-sort=took] button').focus()")
    try await browser.press("Enter", code: 13, text: "\r")
    let sort = try await browser.text("document.querySelector('th[data-sort=took]').getAttribute('aria-sort')")
    _ = try await browser.value("document.getElementById('page-next').focus()")
    try await browser.press("Enter", code: 13, text: "\r")
    let page = try await browser.text("document.getElementById('page').textContent")
    _ = try await browser.value("document.querySelector('#rows button').focus()")
    try await browser.press("Enter", code: 13, text: "\r")
    let same = try await browser.value(
      "document.getElementById('details').open && document.getElementById('details-title').textContent === document.querySelector('#rows button').textContent"
    )
    let many = try await browser.value("document.querySelectorAll('#rows tr').length").int ?? 0
    let complaints = try await browser.complaints()

    #expect(sort == "descending" && page == "51 to 100 of \(made.jobs)" && same == true && many == 50)
    #expect(complaints == [])
  }

  @Test func `all that can be clicked can have the focus, and has a name`() async throws {
    let folder = try TemporaryFolder()
    let (browser, _) = try await Self.opened(folder.url)

    let unnamed = try await browser.value(
      """
      [...document.querySelectorAll('a, button, select, input, canvas, summary, [tabindex]')].filter(one => one.tabIndex < 0 && one.id !== 'main'
        || !(one.textContent.trim() || one.getAttribute('aria-label') || one.closest('label'))).map(one => one.outerHTML.slice(0, 80))
      """)
    let headings =
      try await browser.value(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter(one => !one.closest('dialog')).map(one => Number(one.tagName[1]))"
      ).array?.compactMap(\.int) ?? []
    try await browser.press("Tab", code: 9)
    let first = try await browser.text("document.activeElement.textContent")

    #expect(unnamed == [] && first == "Skip to the report")
    #expect(headings.first == 1 && headings.count { $0 == 1 } == 1)
    for (one, next) in zip(headings, headings.dropFirst()) { #expect(next <= one + 1, "h\(next) after h\(one)") }
  }

  @Test func `from a dark browser the timeline is printed light, and is dark again after that`() async throws {
    let folder = try TemporaryFolder()
    let (browser, _) = try await Self.opened(folder.url, isDark: true)
    let look = """
      window.paperPixels = () => { const canvas = document.getElementById('timeline');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height), found = { light: 0, dark: 0 };
        for (let at = 0; at < data.length; at += 4) {
          const colour = data[at] << 16 | data[at + 1] << 8 | data[at + 2];
          if (colour === 0xffffff) found.light++; else if (colour === 0x12171d) found.dark++;
        }
        return found; };
      addEventListener('beforeprint', () => { window.printed = paperPixels(); });
      paperPixels()
      """

    let before = try await browser.value(look)
    _ = try await browser.print()
    let printed = try await browser.value("window.printed")
    let after = try await browser.value(
      "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(paperPixels()))))")

    for dark in [before, after] { #expect(dark["light"] == 0 && (dark["dark"]?.int ?? 0) > 10_000, "\(dark)") }
    #expect(printed["dark"] == 0 && (printed["light"]?.int ?? 0) > 10_000, "\(printed)")
  }

  @Test func `it prints, with everything that is folded`() async throws {
    let folder = try TemporaryFolder()
    let (browser, _) = try await Self.opened(folder.url)
    _ = try await browser.value(
      "window.openAtPrint = -1; addEventListener('beforeprint', () => { openAtPrint = document.querySelectorAll('details:not([open])').length; })"
    )

    let paper = try await browser.print()
    let closed = try await browser.value("openAtPrint")

    #expect(paper.prefix(5) == Data("%PDF-".utf8) && paper.count > 20_000 && closed == 0)
  }
}
