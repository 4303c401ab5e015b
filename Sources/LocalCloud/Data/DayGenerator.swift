// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Makes what happened in one app on one UTC day: a pure function of the seed, the app and the day, so any day of the
/// past has data and the order of asking does not matter.
struct DayGenerator {
  let seed: UInt64
  let app: Int64
  let stream: UInt64
  let day: Int

  private static let activities = ["home", "product", "search", "basket", "checkout", "account", "help", "settings"]
  private static let events = ["view", "search", "add_to_basket", "share", "buy", "rate", "sign_in", "scan"]
  private static let errors = ["network_timeout", "payment_refused", "image_decode", "json_parse", "out_of_stock"]
  private static let crashes = ["NullPointerException", "OutOfMemoryError", "IllegalStateException"]
  private static let jobs = ["sync", "download_catalogue", "upload_photo", "refresh_offers"]
  /// How busy an hour of the device's own day is.
  private static let rhythm: [Double] = [
    2, 1, 1, 1, 1, 2, 5, 9, 10, 8, 7, 8, 11, 10, 8, 7, 8, 10, 13, 16, 18, 16, 11, 5,
  ]

  func make(in db: Database) throws {
    let devices = try Row.fetchAll(
      db, sql: "SELECT device, first_seen, last_seen, activity, lag, timezone FROM device WHERE app = ?",
      arguments: [app])
    let statements = try Statements(db)
    let start = Int64(day) * CloudTime.dayLength
    let week = CloudTime.weekday(ofDay: day) >= 5 ? 1.25 : 0.95
    for (index, row) in devices.enumerated() {
      var random = CloudRandom(seed, stream, 3, UInt64(bitPattern: Int64(day)), UInt64(index))
      let (first, last, activity): (Int64, Int64, Double) = (row[1], row[2], row[3])
      guard first < start + CloudTime.dayLength, last >= start, random.unit() < min(0.95, activity * week) else {
        continue
      }
      let zone: Int64 = row[5]
      let version = version(lag: row[4])
      for _ in 0...random.count(mean: 0.8) {
        let begin = max(first, start + Self.moment(zone: zone, &random))
        try session(of: row[0], from: begin, version: version, &random, statements)
      }
    }
    try db.execute(sql: "INSERT INTO generated VALUES (?, ?)", arguments: [app, day])
  }

  private struct Statements {
    let session, activity, occurrence, job: Statement

    init(_ db: Database) throws {
      session = try db.cachedStatement(sql: "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      activity = try db.cachedStatement(sql: "INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?)")
      occurrence = try db.cachedStatement(sql: "INSERT INTO occurrence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      job = try db.cachedStatement(sql: "INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    }
  }

  /// Milliseconds after midnight UTC, by the rhythm of the device's own hours.
  private static func moment(zone: Int64, _ random: inout CloudRandom) -> Int64 {
    var left = random.unit() * rhythm.reduce(0, +)
    var hour = 0
    while hour < 23, left > rhythm[hour] {
      left -= rhythm[hour]
      hour += 1
    }
    let local = Int64(hour) * 3_600_000 + Int64(random.int(0...3_599_999))
    let moved = (local - zone * 60_000) % CloudTime.dayLength
    return moved < 0 ? moved + CloudTime.dayLength : moved
  }

  /// A release each six weeks; each device takes it some days later.
  private func version(lag: Int64) -> String {
    let release = max(0, (day - Int(lag) - DeviceGenerator.launch) / 42)
    return "\(1 + release / 10).\(release % 10)"
  }

  private func session(
    of device: String, from begin: Int64, version: String, _ random: inout CloudRandom, _ statements: Statements
  ) throws {
    let limit = Int64(day + 1) * CloudTime.dayLength - 1
    let length = Int64(30_000 * exp(random.unit() * 3.2))
    let end = min(limit, begin + length)
    let (session, info, location) = (random.guid(), random.guid(), random.guid())
    try statements.session.execute(arguments: [app, day, session, device, begin, end, info, location])
    func moment() -> Int64 { begin + Int64(random.unit() * Double(end - begin)) }

    var at = begin
    for _ in 0...random.count(mean: 2.5) where at <= end {
      try statements.activity.execute(arguments: [
        app, day, session, random.longTail(Self.activities), at, "{\"version\":\"\(version)\"}",
      ])
      at += Int64(random.int(2_000...60_000))
    }
    for _ in 0..<random.count(mean: 3) {
      let name = random.longTail(Self.events)
      let extras = name == "buy" ? "{\"price\":\(random.int(3...250)),\"sku\":\"S-\(random.int(1000...1999))\"}" : "{}"
      try statements.occurrence.execute(arguments: [
        app, day, "Event", device, name, moment(), info, session, location, extras,
      ])
    }
    if random.unit() < 0.12 {
      try statements.occurrence.execute(arguments: [
        app, day, "Error", device, random.longTail(Self.errors), moment(), info, session, location,
        "{\"version\":\"\(version)\"}",
      ])
    }
    if random.unit() < 0.015 {
      try statements.occurrence.execute(arguments: [
        app, day, "Crash", device, random.longTail(Self.crashes), end, info, session, location, "{}",
      ])
    }
    if random.unit() < 0.45 {
      let start = moment()
      try statements.job.execute(arguments: [
        app, day, random.guid(), random.longTail(Self.jobs), device, start,
        min(limit, start + Int64(random.int(300...20_000))), info, "{}",
      ])
    }
  }
}
