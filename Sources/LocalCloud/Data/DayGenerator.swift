// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Makes what happened in one app on one UTC day: a pure function of the seed, the app and the day, so any day of the
/// past has data and the order of asking does not matter.
struct DayGenerator {
  let seed: UInt64
  let app: Int64
  let stream: UInt64
  let day: Int
  let devices: [GeneratedDevice]

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
    let statements = try Statements(db, app: app, day: day)
    let start = Int64(day) * CloudTime.dayLength
    let week = CloudTime.weekday(ofDay: day) >= 5 ? 1.25 : 0.95
    for (index, device) in devices.enumerated() {
      var random = CloudRandom(seed, stream, 3, UInt64(bitPattern: Int64(day)), UInt64(index))
      guard device.firstSeen < start + CloudTime.dayLength, device.lastSeen >= start,
        random.unit() < min(0.95, device.activity * week)
      else { continue }
      let version = version(lag: device.lag)
      for _ in 0...random.count(mean: 0.8) {
        let begin = max(device.firstSeen, start + Self.moment(zone: device.zone, &random))
        try session(of: device.id, from: begin, version: version, &random, statements)
      }
    }
    try db.execute(sql: "INSERT INTO generated VALUES (?, ?)", arguments: [app, day])
  }

  private struct Statements {
    let session, activity, occurrence, job: BulkStatement

    /// What all rows of the day share is bound once.
    init(_ db: Database, app: Int64, day: Int) throws {
      session = try BulkStatement("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)", in: db)
      activity = try BulkStatement("INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?)", in: db)
      occurrence = try BulkStatement("INSERT INTO occurrence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", in: db)
      job = try BulkStatement("INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", in: db)
      for statement in [session, activity, occurrence, job] {
        statement.bind(1, app)
        statement.bind(2, day)
      }
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
    let end = min(limit, begin + Int64(30_000 * CloudMath.exp(random.unit() * 3.2)))
    let (session, info, location) = (random.guid(), random.guid(), random.guid())
    let row = statements.session
    row.bind(3, session)
    row.bind(4, device)
    row.bind(5, begin)
    row.bind(6, end)
    row.bind(7, info)
    row.bind(8, location)
    try row.run()
    try activities(of: session, from: begin, to: end, "{\"version\":\"\(version)\"}", &random, statements.activity)
    let place = Place(device: device, session: session, info: info, location: location)
    try occurrences(place, from: begin, to: end, version: version, &random, statements.occurrence)
    if random.unit() < 0.45 {
      let start = Self.moment(from: begin, to: end, &random)
      try job(place, from: start, limit: limit, &random, statements.job)
    }
  }

  /// Where something happens.
  private struct Place {
    let device, session, info, location: String
  }

  private static func moment(from begin: Int64, to end: Int64, _ random: inout CloudRandom) -> Int64 {
    begin + Int64(random.unit() * Double(end - begin))
  }

  private func activities(
    of session: String, from begin: Int64, to end: Int64, _ extras: String, _ random: inout CloudRandom,
    _ row: BulkStatement
  ) throws {
    row.bind(3, session)
    row.bind(6, extras)
    var at = begin
    for _ in 0...random.count(mean: 2.5) where at <= end {
      row.bind(4, random.longTail(Self.activities))
      row.bind(5, at)
      try row.run()
      at += Int64(random.int(2_000...60_000))
    }
  }

  private func occurrences(
    _ place: Place, from begin: Int64, to end: Int64, version: String, _ random: inout CloudRandom, _ row: BulkStatement
  ) throws {
    row.bind(4, place.device)
    row.bind(7, place.info)
    row.bind(8, place.session)
    row.bind(9, place.location)
    func add(_ kind: String, _ name: String, at: Int64, _ extras: String) throws {
      row.bind(3, kind)
      row.bind(5, name)
      row.bind(6, at)
      row.bind(10, extras)
      try row.run()
    }
    for _ in 0..<random.count(mean: 3) {
      let name = random.longTail(Self.events)
      let extras = name == "buy" ? "{\"price\":\(random.int(3...250)),\"sku\":\"S-\(random.int(1000...1999))\"}" : "{}"
      try add("Event", name, at: Self.moment(from: begin, to: end, &random), extras)
    }
    if random.unit() < 0.12 {
      let name = random.longTail(Self.errors)
      try add("Error", name, at: Self.moment(from: begin, to: end, &random), "{\"version\":\"\(version)\"}")
    }
    if random.unit() < 0.015 { try add("Crash", random.longTail(Self.crashes), at: end, "{}") }
  }

  private func job(
    _ place: Place, from start: Int64, limit: Int64, _ random: inout CloudRandom, _ row: BulkStatement
  ) throws {
    row.bind(3, random.guid())
    row.bind(4, random.longTail(Self.jobs))
    row.bind(5, place.device)
    row.bind(6, start)
    row.bind(7, min(limit, start + Int64(random.int(300...20_000))))
    row.bind(8, place.info)
    row.bind(9, "{}")
    try row.run()
  }
}
