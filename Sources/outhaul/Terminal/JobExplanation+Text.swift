// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension JobExplanation {
  /// As `outhaul explain` prints it.
  var text: String {
    var rows: [(String, [String])] = [("key", [job.key.hex]), ("due", standing)]
    if let record, record.attempt > 0 { rows.append(("attempts", ["\(record.attempt)"])) }
    if let task = record?.task { rows.append(("task", [task])) }
    if !parts.isEmpty { rows.append(("in parts", parts.map { "\($0.title): \($0.state.rawValue)" })) }
    if let failure = record?.lastFailure { rows.append(("last failure", [failure.message.printable])) }
    if let result = record?.verification {
      let found = "\(result.artifacts.count), \(Count.words(result.rows, "row")), \(Count.words(result.bytes, "byte"))"
      rows.append(("files", [result.isEmpty ? "none: the service had nothing to export" : found]))
    }
    if let origin { rows.append(("comes from", origin.places.map { "\($0.place) \($0.noun)" })) }
    if let others = alsoWantedBy, !others.isEmpty {
      rows.append(("also wanted", others.map { "\($0.place) by the export '\($0.export)'" }))
    }
    rows.append(("window", ["\(job.window.start) to \(job.window.end), cut in \(job.window.zone)"]))
    if let ripeAfter, ripeAfter.delay > .zero {
      let at = job.window.end.advanced(by: ripeAfter.delay)
      let why = ripeAfter.isLag ? "the service has its data then" : "'ripe_after'"
      rows.append(("ripe", ["\(at): \(DurationText.format(ripeAfter.delay)) after its end, \(why)"]))
    }
    rows.append(("sent as", [job.sent.map { "\($0.start) to \($0.end)" } ?? "nothing: the dataset takes no window"]))
    rows.append(("format", [job.format]))
    rows.append(("destination", [plan.destination(of: job).name]))
    rows.append(("waits for", waitsFor.isEmpty ? ["nothing"] : waitsFor.map { "all of \($0.name): \($0.words)" }))
    rows.append(("awaited by", awaitedBy.isEmpty ? ["nothing"] : awaitedBy.map { "\($0.name): \($0.words)" }))
    var parts = [title + "\n" + Self.columns(rows), requestText]
    parts.append("What the key covers\n" + (content.map { Self.indented($0) } ?? "  " + Self.changed))
    return parts.joined(separator: "\n\n")
  }

  /// The reason of the closed list, with the time of what was done, and what follows from it where that is not plain.
  private var standing: [String] {
    var words = due.rawValue
    if due.isAfterSuccess, let record, let at = record.verifiedAt {
      words += ", verified at \(at)"
      if record.renewals > 0 { words += ", renewed \(Count.words(record.renewals, "time"))" }
    }
    return [words] + due.advice
  }

  private static let changed = "the service's description is not there, or is no longer what the plan was made with"

  private var requestText: String {
    guard let request else { return "What is sent\n  " + Self.changed }
    let body = request.body.map { "\n" + Self.indented($0) } ?? ""
    return "What is sent\n  \(request.method) \(request.url)" + body
  }

  private static func columns(_ rows: [(String, [String])]) -> String {
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    return rows.flatMap { name, lines in
      lines.enumerated().map { index, line in
        let head = index == 0 ? name : ""
        return "  " + head + String(repeating: " ", count: width - head.count) + line
      }
    }.joined(separator: "\n")
  }

  /// A member a line, two levels deep.
  private static func indented(_ value: JSONValue, depth: Int = 1) -> String {
    let margin = String(repeating: "  ", count: depth)
    guard case .object(let members) = value, !members.isEmpty, depth <= 2 else { return margin + value.canonicalText }
    let lines = members.sorted { $0.key < $1.key }.map { name, member in
      let text = indented(member, depth: depth + 1)
      return "\(margin)  \(JSONValue.string(name).canonicalText): \(text.drop { $0 == " " })"
    }
    return "\(margin){\n" + lines.joined(separator: ",\n") + "\n\(margin)}"
  }
}

extension JobExplanation.Others {
  fileprivate var words: String {
    Count.words(count, "job") + (open == 0 ? ", done" : open == count ? "" : ", \(open) not done")
  }
}
