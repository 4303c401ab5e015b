// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Mustache

extension ReportFormat {
  /// `report.html`: one file that needs nothing else.
  public static let html = ReportFormat("html", file: "report.html") { report, sink in
    let (head, tail) = PageTemplate.halves
    let page = HTMLReport(report)
    let context = page.context
    try sink(Array(head.render(context).utf8))
    if !report.jobs.isEmpty {
      var data = PageData(report, to: sink)
      try data.write()
    }
    try sink(Array(tail.render(context).utf8))
  }
}

/// The page's template in two: what goes before and behind the data of the jobs, which is written between them.
private enum PageTemplate {
  static let halves: (head: MustacheTemplate, tail: MustacheTemplate) = {
    MustacheContentTypes.register(PageContent(), named: PageContent.name)
    let text = String(decoding: PackageResources.report_html, as: UTF8.self)
    let place = text.firstRange(of: "{{{data}}}")
    // The template is ours and in the program: a mistake in it is a mistake of ours. The data stands in the last section
    // that a page with jobs has.
    guard let place, let head = try? MustacheTemplate(string: text[..<place.lowerBound] + "{{/hasJobs}}"),
      let tail = try? MustacheTemplate(string: "{{#hasJobs}}" + text[place.upperBound...])
    else { preconditionFailure("the report's template is broken") }
    return (head, tail)
  }()
}

/// What the template shows. Texts are escaped by the template; what it takes as it is, is made in `Page/`.
struct HTMLReport {
  let report: RunReport
  let coverage: Coverage
  let groups: [FailureGroup]
  let again: FailedAgain?

  init(_ report: RunReport) {
    (self.report, coverage, groups) = (report, Coverage(report), report.failureGroups)
    again = FailedAgain(report)
  }

  var context: [String: Any] {
    let plan = report.plan.plan
    let about: [String: Any] = [
      "name": plan.name, "run": report.header.id, "program": report.program, "asOf": plan.asOf.description,
      "digest": report.plan.digest.description, "resume": report.resume, "hasResume": !report.resume.isEmpty,
      "hasJobs": !report.jobs.isEmpty, "jobCount": HTMLText.grouped(report.jobs.count),
      "inputs": plan.inputs.map { ["name": $0.name, "digest": $0.digest.hex] }, "hasInputs": !plan.inputs.isEmpty,
      "notDue": report.notDue.map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: "; "),
      "hasNotDue": !report.notDue.isEmpty,
    ]
    var all: [String: Any] = ["coverage": calendars]
    for part in [about, files, top, failures, figures] { all.merge(part) { $1 } }
    return all
  }

  // MARK: What is embedded

  /// The pieces of the script, in their order: one scope of its own.
  private static let script: String = {
    let pieces = [
      PackageResources.jobs_js, PackageResources.view_js, PackageResources.timeline_js, PackageResources.zoom_js,
      PackageResources.table_js, PackageResources.details_js, PackageResources.page_js,
    ]
    let body = pieces.map { String(decoding: $0, as: UTF8.self) }.joined()
    return "(() => {\n'use strict';\n\(body)})();"
  }()

  private static let style = String(decoding: PackageResources.report_css, as: UTF8.self)

  /// Nothing but this script and this style may run.
  private static let policy: String = {
    func hash(_ text: String) -> String { "'sha256-\(Digest(of: text).bytes.base64)'" }
    return
      "default-src 'none'; script-src \(hash(script)); style-src \(hash(style)); base-uri 'none'; form-action 'none'"
  }()

  private var files: [String: Any] {
    ["policy": Self.policy, "style": Self.style, "script": Self.script]
  }
}
