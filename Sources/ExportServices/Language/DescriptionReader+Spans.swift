// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `calls:` and `starts:` of `limits:`: so many in a span of time.
extension DescriptionReader {
  /// `50/s`, or `[{on: submit, max: 10, every: 1m}]`.
  mutating func callLimits(_ node: YAMLNode) -> (rate: Double?, limits: [CallLimit]) {
    guard case .sequence(let elements) = node.kind else { return (rate(node), []) }
    return (nil, elements.compactMap { callLimit($0) })
  }

  private mutating func callLimit(_ node: YAMLNode) -> CallLimit? {
    guard var reader = MappingReader(node, "a limit of calls", code: "D001", &problems) else { return nil }
    let verb = reader.required("on", &problems).flatMap { word($0, "kind of request", CallLimit.Verb.self) }
    let most = reader.required("max", &problems).flatMap { int($0, "'max'") }
    let every = reader.required("every", &problems).flatMap { length($0) }
    reader.finish(&problems)
    guard let verb, let most, let every else { return nil }
    return CallLimit(verb, most: most, every: every)
  }

  /// `{max: 10000, every: 1d}`, or `{max: 24, resets: "00:00 America/Chicago"}`.
  mutating func startLimit(_ node: YAMLNode) -> StartLimit? {
    guard var reader = MappingReader(node, "a limit of starts", code: "D001", &problems) else { return nil }
    let most = reader.required("max", &problems).flatMap { int($0, "'max'") }
    let resetsNode = reader.optional("resets")
    let resets = resetsNode.flatMap { reset($0) }
    let everyNode = resetsNode == nil ? reader.required("every", &problems) : reader.optional("every")
    let every = everyNode.flatMap { length($0) }
    reader.finish(&problems)
    if resetsNode != nil, let everyNode, let every, every != Self.day {
      add("D022", "a count that resets at a time of day is 'every: 1d'", at: everyNode.place)
    }
    guard let most, every != nil || resets != nil else { return nil }
    return StartLimit(most: most, every: every ?? Self.day, resets: resets)
  }

  private static let day: Duration = .seconds(86_400)

  /// `00:00 America/Chicago`
  private mutating func reset(_ node: YAMLNode) -> StartLimit.Reset? {
    guard let parts = node.text?.wholeMatch(of: #/([01][0-9]|2[0-3]):([0-5][0-9]) (\S+)/#),
      let hour = Int(parts.1), let minute = Int(parts.2)
    else {
      add(
        "D006", "'\(node.text ?? node.noun)' is not a time of day in a zone", at: node.place,
        help: "write one such as \"00:00 America/Chicago\"")
      return nil
    }
    return knownZone(String(parts.3), at: node.place).map { StartLimit.Reset(minute: hour * 60 + minute, zone: $0) }
  }
}
