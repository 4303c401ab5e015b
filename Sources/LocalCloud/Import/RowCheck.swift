// SPDX-License-Identifier: Apache-2.0

/// Where a row belongs.
struct RowPlace: Hashable {
  var day: Int?
  var kind: String?
  var campaign: Int?
}

/// Holds a row against the form of its dataset. What the form does not name is left alone.
struct RowCheck {
  let dataset: CloudDataset

  /// - Throws: the reason of an `ImportProblem`, without a place.
  func place(_ row: RawMembers) throws -> RowPlace {
    for name in dataset.texts where try text(name, row) == nil { throw ImportProblem(.missing(name)) }
    switch dataset {
    case .push: return try campaign(row)
    case .tag:
      guard let tags = row["tags"] else { throw ImportProblem(.missing("tags")) }
      guard tags.value.first == UInt8(ascii: "{") else { throw ImportProblem(.wrongType("tags", expected: "object")) }
      return RowPlace()
    case .token, .device: return RowPlace()
    default: return try day(row)
    }
  }

  /// What an element that holds rows must have.
  func check(head: RawMembers) throws {
    guard let name = dataset.head else { return }
    guard try text(name, head) != nil else { throw ImportProblem(.missing(name)) }
  }

  private func text(_ name: String, _ row: RawMembers) throws -> String? {
    guard let member = row[name], !member.value.elementsEqual("null".utf8) else { return nil }
    guard let text = member.text else { throw ImportProblem(.wrongType(name, expected: "text")) }
    return text
  }

  private func day(_ row: RawMembers) throws -> RowPlace {
    var day: Int?
    for name in dataset.times {
      guard let text = try text(name, row) else { continue }
      guard let instant = TimeText.instant(text) else {
        throw ImportProblem(.time(name, text: String(text.prefix(60))))
      }
      day = day ?? CloudTime.day(of: instant)
    }
    guard let day else { throw ImportProblem(.noTime(dataset.times.map { "'\($0)'" }.joined(separator: " and no "))) }
    return RowPlace(day: day)
  }

  private func campaign(_ row: RawMembers) throws -> RowPlace {
    let kind = row["campaignType"]?.text ?? ""
    guard DeviceGenerator.campaignKinds.contains(kind) else { throw ImportProblem(.campaignKind(kind)) }
    guard let id = row["campaignId"] else { throw ImportProblem(.missing("campaignId")) }
    guard let number = Int(String(decoding: id.value, as: UTF8.self)) else {
      throw ImportProblem(.wrongType("campaignId", expected: "integer"))
    }
    guard let status = row["status"] else { throw ImportProblem(.missing("status")) }
    guard status.value.first == UInt8(ascii: "[") else {
      throw ImportProblem(.wrongType("status", expected: "array"))
    }
    return RowPlace(kind: kind, campaign: number)
  }
}
