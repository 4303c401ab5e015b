// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Logging

/// How log lines are written.
enum LogFormat: String, CaseIterable, Sendable {
  case text, json
}

/// One line of the log. A value: the same line gives the same text.
struct LogLine: Sendable {
  var at: Instant
  var level: Logger.Level
  var message: String
  var metadata: Logger.Metadata
  /// Keys of jobs are long: only whoever wants everything sees them whole in text.
  var showsAll = false

  /// Members that are the line's own.
  private static let own: Set<String> = ["time", "level", "message"]
  /// The member that holds a job's key: 64 digits.
  private static let key = "key"

  func written(as format: LogFormat) -> String {
    switch format {
    case .text: text
    case .json: json.canonicalText
    }
  }

  /// `2016-01-31T14:02:03.250Z info running job=history/shop-ios/event/2016-01-31 key=0123456789ab`.
  private var text: String {
    let words = fields.sorted { $0.key < $1.key }.map { name, value in
      let text = Self.text(value)
      let isShort = name == Self.key && !showsAll && text.utf8.count == 64
      return "\(name)=\(Self.quoted(isShort ? String(text.prefix(12)) : text))"
    }
    return ([time, level.rawValue, message.shown] + words).joined(separator: " ")
  }

  private var json: JSONValue {
    var members = Dictionary(uniqueKeysWithValues: fields.map { ($0.key, $0.value) })
    members["time"] = .string(time)
    members["level"] = .string(level.rawValue)
    members["message"] = .string(message)
    return .object(members)
  }

  /// Always with milliseconds, so that lines stand below each other.
  private var time: String {
    let text = at.description
    return text.contains(".") ? text : text.dropLast() + ".000Z"
  }

  /// Flat: members of members are named with a point. What has a name of the line's own gets a line behind it.
  private var fields: [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    for (name, value) in metadata { Self.add(value, name, to: &fields) }
    return fields
  }

  private static func add(_ value: Logger.MetadataValue, _ name: String, to fields: inout [String: JSONValue]) {
    switch value {
    case .dictionary(let members):
      for (member, value) in members { add(value, "\(name).\(member)", to: &fields) }
    case .array(let elements): fields[free(name)] = .array(elements.map { .string("\($0)") })
    case .string(let text): fields[free(name)] = number(text) ?? .string(text)
    case .stringConvertible(let value): fields[free(name)] = number("\(value)") ?? .string("\(value)")
    }
  }

  private static func free(_ name: String) -> String { own.contains(name) ? name + "_" : name }

  /// What is a number is one for machines: a status, a duration.
  private static func number(_ text: String) -> JSONValue? {
    guard text.utf8.count <= 15, let number = Int64(text), "\(number)" == text else { return nil }
    return .int(number)
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? value.canonicalText }

  private static func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x22 }
    return isPlain ? text.shown : JSONValue.string(text.shown).canonicalText
  }
}
