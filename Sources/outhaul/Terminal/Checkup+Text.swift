// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension Checkup {
  private static let width = 100

  /// A line of at most 100 columns; what is longer goes on below, as does what to do.
  var text: String {
    let first = verdict.rawValue + String(repeating: " ", count: 9 - verdict.rawValue.count)
    let subject = area == .manifest ? name : "\(area.rawValue) \(name), \(check)"
    let below = String(repeating: " ", count: 9)
    let words = WrappedRows.wrapped(
      "\(subject): \(message)".printable, first: first, below: below, width: Self.width)
    guard let advice else { return words }
    let remedy = WrappedRows.wrapped(advice.printable, first: below + "-> ", below: below + "   ", width: Self.width)
    return words + "\n" + remedy
  }

  var json: JSONValue {
    .object(
      [
        "advice": advice.map { .string($0) }, "area": .string(area.rawValue), "cause": cause.map { .string("\($0)") },
        "check": .string(check), "message": .string(message), "name": .string(name),
        "verdict": .string(verdict.rawValue),
      ].compactMapValues { $0 })
  }
}

extension [Checkup] {
  /// The document of `Schemas/doctor.schema.json`.
  func json(of manifest: String, at now: Instant) -> JSONValue {
    let verdicts = Set(map(\.verdict))
    let worst = Checkup.Verdict.allCases.last { verdicts.contains($0) } ?? .ok
    return [
      "at": .string(now.description), "checks": .array(map(\.json)), "doctor": 1, "manifest": .string(manifest),
      "verdict": .string(worst.rawValue),
    ]
  }
}
