// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Delivery {
  /// Where a job's files stand below a root: `EXPORT/APP/DATASET/FORMAT/LABEL`.
  var path: String { [export, app, dataset, format, label].map(PathStep.safe).joined(separator: "/") }

  /// What stands in place of a placeholder.
  func value(of hole: NameTemplate.Hole, task: String, part: Int = 0) -> String {
    switch hole {
    case .export: PathStep.safe(export)
    case .app: PathStep.safe(app)
    case .dataset: PathStep.safe(dataset)
    case .format: PathStep.safe(format)
    case .window: PathStep.safe(label)
    case .task: PathStep.telling(task)
    case .part: PathStep.number(part)
    }
  }
}

/// One step of a path.
enum PathStep {
  /// Behind the name of what is compressed.
  static let gzipEnding = ".gz"

  /// Whether it names something in a folder, and nothing hidden.
  static func isOne(_ name: String) -> Bool { !name.isEmpty && name.first != "." && !name.contains("/") }

  /// No separators, nothing hidden, never empty, never `..`.
  static func safe(_ text: String) -> String {
    let kept = text.map { $0.isLetter || $0.isNumber || "-_.+@ ".contains($0) ? $0 : "_" }
    let name = String(String(kept).drop { $0 == "." || $0 == " " })
    return name.isEmpty ? "_" : String(name.prefix(120))
  }

  /// As `safe`, and different for different texts.
  static func telling(_ text: String) -> String {
    let name = safe(text)
    return name == text ? name : "\(name)-\(Digest(of: text).hex.prefix(12))"
  }

  /// `part-00000.json`
  static func part(_ index: Int, format: String) -> String { "part-\(number(index)).\(safe(format))" }

  static func number(_ index: Int) -> String {
    let number = String(index)
    return String(repeating: "0", count: max(0, 5 - number.count)) + number
  }
}
