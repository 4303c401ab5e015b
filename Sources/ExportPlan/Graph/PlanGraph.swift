// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The plan as a drawing. Gates are drawn as nodes of their own, so the edges stay few.
public enum PlanGraph {
  public enum Format: String, Sendable, CaseIterable { case dot, mermaid, json }

  /// More nodes than this are drawn as one for each export.
  public static let foldLimit = 200

  /// - Parameter isFolded: draws exports instead of jobs; `nil`: when there are more than `foldLimit` nodes.
  public static func text(of plan: Plan, as format: Format, isFolded: Bool? = nil) -> String {
    if isFolded ?? (plan.jobs.count + plan.gates.count > foldLimit) { return FoldedGraph(plan).text(as: format) }
    return switch format {
    case .dot: dot(plan)
    case .mermaid: mermaid(plan)
    case .json: json(plan)
    }
  }

  private static func json(_ plan: Plan) -> String {
    let titles = JobTitles(plan)
    let jobs = plan.jobs.enumerated().map { index, job -> JSONValue in
      ["id": .string("j\(index)"), "key": .string(job.key.hex), "title": .string(titles.title(of: job))]
    }
    let gates = plan.gates.enumerated().map { index, gate -> JSONValue in
      ["id": .string("g\(index)"), "title": .string("all of \(gate.name)")]
    }
    let edges = edges(of: plan).map { edge -> JSONValue in ["from": .string(edge.from), "to": .string(edge.to)] }
    let graph: JSONValue = [
      "folded": false, "graph": 1, "name": .string(plan.name), "nodes": .array(jobs + gates), "edges": .array(edges),
    ]
    return graph.canonicalText + "\n"
  }

  /// For Graphviz: a cluster an export.
  private static func dot(_ plan: Plan) -> String {
    let titles = JobTitles(plan)
    var lines = ["digraph \(quoted(plan.name)) {", "  rankdir=LR;", "  node [shape=box];"]
    for (export, jobs) in byExport(plan).enumerated() {
      lines.append("  subgraph cluster_\(export) {")
      lines.append("    label=\(quoted(plan.exports[export].name));")
      for job in jobs {
        lines.append("    j\(job) [label=\(quoted(label(of: plan.jobs[job], in: plan, titles)))];")
      }
      lines.append("  }")
    }
    for (index, gate) in plan.gates.enumerated() {
      lines.append("  g\(index) [label=\(quoted("all of \(gate.name)")), shape=diamond];")
    }
    lines += edges(of: plan).map { "  \($0.from) -> \($0.to);" }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mermaid(_ plan: Plan) -> String {
    let titles = JobTitles(plan)
    var lines = ["flowchart LR"]
    for (export, jobs) in byExport(plan).enumerated() {
      lines.append("  subgraph e\(export)[\"\(escaped(plan.exports[export].name))\"]")
      for job in jobs {
        lines.append("    j\(job)[\"\(escaped(label(of: plan.jobs[job], in: plan, titles)))\"]")
      }
      lines.append("  end")
    }
    for (index, gate) in plan.gates.enumerated() {
      lines.append("  g\(index){\"all of \(escaped(gate.name))\"}")
    }
    lines += edges(of: plan).map { "  \($0.from) --> \($0.to)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Indexes of jobs, by export.
  private static func byExport(_ plan: Plan) -> [[Int]] {
    var jobs = [[Int]](repeating: [], count: plan.exports.count)
    for index in plan.jobs.indices { jobs[plan.jobs[index].export].append(index) }
    return jobs
  }

  private static func edges(of plan: Plan) -> [(from: String, to: String)] {
    let into = plan.gates.enumerated().flatMap { index, gate in gate.members.map { ("j\($0)", "g\(index)") } }
    let out = plan.jobs.enumerated().flatMap { index, job in job.after.map { ("g\($0)", "j\(index)") } }
    return into + out
  }

  private static func label(of job: PlannedJob, in plan: Plan, _ titles: JobTitles) -> String {
    ([plan.apps[job.app].name] + titles.steps(of: job)).joined(separator: " ")
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  static func escaped(_ text: String) -> String {
    text.replacing("\"", with: "#quot;").replacing("<", with: "#lt;").replacing(">", with: "#gt;")
  }
}
