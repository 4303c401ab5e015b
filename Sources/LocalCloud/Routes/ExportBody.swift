// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The body of a POST that makes a task, read and checked (contract.md, sections 2 and 8). What it does not know of, it
/// does not look at.
struct ExportBody {
  static let campaignTypes = ["Announcement", "DataPush", "NativePush", "Poll"]

  var format: String
  /// A secret: never told in a message.
  var container: String
  var description: String?
  var parameters = TaskParameters()

  private let members: [String: JSONMember]

  /// - Parameters:
  ///   - extended: takes `exportOptions`, which no published operation has.
  ///   - now: in milliseconds since 1970.
  init(_ kind: ExportKind, _ bytes: [UInt8], extended: Bool, now: Int64) throws(ManagementRefusal) {
    guard let json = try? JSONDecoder().decode(JSONMember.self, from: Data(bytes)) else {
      throw ManagementRefusal(400, "InvalidRequestContent", "The request content was invalid and could not be read.")
    }
    guard case .object(let members) = json else { throw ManagementRefusal.bad("The body must be a JSON object.") }
    self.members = members
    (format, container) = ("", "")
    format = try one(of: ["JsonBlob", "CsvBlob"], "exportFormat")
    container = try text("containerUrl")
    guard Self.isContainer(container, now: now) else {
      throw ManagementRefusal.bad(
        "'containerUrl' must be the URL of a container with a signature that has not expired.")
    }
    if members["description"] != nil { description = try text("description") }
    switch kind.form {
    case .snapshot: break
    case .days: try readDays()
    case .window: try readWindow()
    case .campaigns: try readCampaigns()
    }
    if extended, case .object(let options)? = members["exportOptions"], options["exportUserId"] == .flag(true) {
      parameters.userIDs = true
    }
  }

  // MARK: Forms

  private mutating func readDays() throws(ManagementRefusal) {
    let first = try value("startDate", "a day (yyyy-MM-dd)", CloudTime.day)
    let last = try value("endDate", "a day (yyyy-MM-dd)", CloudTime.day)
    guard first <= last else { throw ManagementRefusal.bad("'startDate' must not be after 'endDate'.") }
    (parameters.firstDay, parameters.lastDay) = (first, last)
  }

  private mutating func readWindow() throws(ManagementRefusal) {
    parameters.campaignKind = try one(of: Self.campaignTypes, "campaignType")
    let start = try value("campaignWindowStart", "an instant (RFC 3339)", Self.instant)
    let end = try value("campaignWindowEnd", "an instant (RFC 3339)", Self.instant)
    guard start < end else {
      throw ManagementRefusal.bad("'campaignWindowStart' must be before 'campaignWindowEnd'.")
    }
    (parameters.windowStart, parameters.windowEnd) = (start, end)
  }

  private mutating func readCampaigns() throws(ManagementRefusal) {
    parameters.campaignKind = try one(of: Self.campaignTypes, "campaignType")
    guard case .list(let items)? = members["campaignIds"], !items.isEmpty else {
      throw ManagementRefusal.bad("'campaignIds' is required: an array of at least one whole number.")
    }
    var ids: [Int64] = []
    for item in items {
      guard case .number(let id) = item else {
        throw ManagementRefusal.bad("'campaignIds' must hold whole numbers only.")
      }
      ids.append(id)
    }
    parameters.campaigns = ids
  }

  // MARK: Members

  private func text(_ name: String) throws(ManagementRefusal) -> String {
    guard let member = members[name] else { throw ManagementRefusal.bad("'\(name)' is required.") }
    guard case .text(let text) = member else { throw ManagementRefusal.bad("'\(name)' must be a text.") }
    return text
  }

  private func one(of words: [String], _ name: String) throws(ManagementRefusal) -> String {
    let word = try text(name)
    guard words.contains(word) else {
      throw ManagementRefusal.bad("'\(name)' must be one of \(words.joined(separator: ", ")).")
    }
    return word
  }

  private func value<Value>(
    _ name: String, _ what: String, _ read: (String) -> Value?
  ) throws(ManagementRefusal) -> Value {
    guard let value = read(try text(name)) else { throw ManagementRefusal.bad("'\(name)' must be \(what).") }
    return value
  }

  /// A day alone is none.
  private static func instant(_ text: String) -> Int64? {
    text.contains { $0 == "T" || $0 == " " } ? CloudTime.instant(text) : nil
  }

  /// An absolute URL with a container, a signature, and an expiry that is not past (contract.md 8, row 20). Where the
  /// host is an address, the account stands before the container.
  private static func isContainer(_ text: String, now: Int64) -> Bool {
    guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
    else { return false }
    let isAddress = host.hasPrefix("[") || host.wholeMatch(of: #/[0-9.]+/#) != nil
    guard url.path.split(separator: "/").count >= (isAddress ? 2 : 1) else { return false }
    let query = CloudQuery(url.percentEncodedQuery)
    guard query["sig"]?.isEmpty == false else { return false }
    guard let expiry = query["se"] else { return true }
    return (CloudTime.instant(expiry) ?? 0) > now
  }
}

/// JSON, as far as bodies are told apart by it.
enum JSONMember: Decodable, Equatable {
  case text(String), number(Int64), flag(Bool), list([JSONMember]), object([String: JSONMember])
  /// `null`, and numbers that are not whole.
  case other

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Int64.self) {
      self = .number(number)
    } else if let list = try? value.decode([JSONMember].self) {
      self = .list(list)
    } else if let object = try? value.decode([String: JSONMember].self) {
      self = .object(object)
    } else {
      self = .other
    }
  }
}
