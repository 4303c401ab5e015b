// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A plan of many jobs as a drawing of its exports: a node each, and an edge where jobs of one wait for another's.
struct FoldedGraph {
  private struct Edge: Hashable {
    var from: Int
    var to: Int
  }

  /// An export, and a list of gates that jobs of it wait for.
  private struct Waiting: Hashable {
    var export: Int
    var after: UInt32
  }

  private let plan: Plan
  private let counts: [Int]
  private let edges: [(from: Int, to: Int)]

  init(_ plan: Plan) {
    self.plan = plan
    let (rows, exportOfSort) = (plan.jobs.rows, plan.jobs.sorts.values.map(\.export))
    func export(of row: JobTable.Row) -> Int { exportOfSort[Int(row.sort)] }
    var counts = [Int](repeating: 0, count: plan.exports.count)
    // Many jobs of an export wait for the same gates.
    var waiting: Set<Waiting> = []
    var last: Waiting?
    for row in rows {
      counts[export(of: row)] += 1
      let next = Waiting(export: export(of: row), after: row.after)
      if next != last { waiting.insert(next) }
      last = next
    }
    self.counts = counts

    let sources = plan.gates.map { gate in Set(gate.members.map { export(of: rows[$0]) }) }
    var edges: Set<Edge> = []
    for one in waiting {
      for gate in plan.jobs.waits[one.after] {
        for source in sources[gate] { edges.insert(Edge(from: source, to: one.export)) }
      }
    }
    self.edges = edges.map { ($0.from, $0.to) }.sorted { $0 < $1 }
  }

  func text(as format: PlanGraph.Format) -> String {
    switch format {
    case .dot:
      let nodes = plan.exports.indices.map { "  e\($0) [label=\(PlanGraph.quoted(label($0)))];" }
      let lines = edges.map { "  e\($0.from) -> e\($0.to);" }
      return
        (["digraph \(PlanGraph.quoted(plan.name)) {", "  rankdir=LR;", "  node [shape=box];"] + nodes + lines + ["}"])
        .joined(separator: "\n") + "\n"
    case .mermaid:
      let nodes = plan.exports.indices.map { "  e\($0)[\"\(PlanGraph.escaped(label($0)))\"]" }
      return (["flowchart LR"] + nodes + edges.map { "  e\($0.from) --> e\($0.to)" }).joined(separator: "\n") + "\n"
    case .json:
      let nodes = plan.exports.indices.map { index -> JSONValue in
        [
          "id": .string("e\(index)"), "jobs": .int(Int64(counts[index])), "title": .string(plan.exports[index].name),
        ]
      }
      let lines = edges.map { edge -> JSONValue in ["from": .string("e\(edge.from)"), "to": .string("e\(edge.to)")] }
      let graph: JSONValue = [
        "folded": true, "graph": 1, "name": .string(plan.name), "nodes": .array(nodes), "edges": .array(lines),
      ]
      return graph.canonicalText + "\n"
    }
  }

  private func label(_ export: Int) -> String {
    "\(plan.exports[export].name): \(counts[export]) job\(counts[export] == 1 ? "" : "s")"
  }
}
