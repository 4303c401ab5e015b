// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A plan of many jobs as a drawing of its exports: a node each, and an edge where jobs of one wait for another's.
struct FoldedGraph {
  private struct Edge: Hashable {
    var from: Int
    var to: Int
  }

  private let plan: Plan
  private let counts: [Int]
  private let edges: [(from: Int, to: Int)]

  init(_ plan: Plan) {
    self.plan = plan
    var counts = [Int](repeating: 0, count: plan.exports.count)
    var edges: Set<Edge> = []
    let sources = plan.gates.map { gate in Set(gate.members.map { plan.jobs[$0].export }) }
    for job in plan.jobs {
      counts[job.export] += 1
      for gate in job.after {
        for source in sources[gate] { edges.insert(Edge(from: source, to: job.export)) }
      }
    }
    self.counts = counts
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
        "folded": true, "name": .string(plan.name), "nodes": .array(nodes), "edges": .array(lines),
      ]
      return graph.canonicalText + "\n"
    }
  }

  private func label(_ export: Int) -> String {
    "\(plan.exports[export].name): \(counts[export]) job\(counts[export] == 1 ? "" : "s")"
  }
}
