// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Delivery {
  /// Where a job's files stand below a root: `EXPORT/APP/DATASET/FORMAT/LABEL`.
  var path: String { [export, app, dataset, format, label].map(PathStep.safe).joined(separator: "/") }
}

/// One step of a path.
enum PathStep {
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
  static func part(_ index: Int, format: String) -> String {
    let number = String(index)
    return "part-" + String(repeating: "0", count: max(0, 5 - number.count)) + number + "." + safe(format)
  }
}
