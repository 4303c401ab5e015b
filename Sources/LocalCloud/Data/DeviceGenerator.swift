// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Makes the devices and campaigns of an app: a pure function of the seed and the app's name.
struct DeviceGenerator {
  let seed: UInt64
  let app: Int64
  /// The app's own stream.
  let stream: UInt64
  let isApple: Bool
  /// Of each kind.
  let campaigns: Int
  /// The instant by which campaigns have come to their end, or have not.
  var now = CloudTime.now

  static let launch = 16_071  // 2014-01-01
  static let models = [
    ("SM-G920F", "samsung"), ("Nexus 5X", "LGE"), ("SM-G900F", "samsung"), ("Moto G (4)", "motorola"),
    ("HUAWEI P8", "HUAWEI"), ("ONEPLUS A3003", "OnePlus"), ("XT1068", "motorola"), ("E5823", "Sony"),
  ]
  static let places = [
    ("fr", "fr-FR", "Île-de-France", "Paris", "Orange F", 60),
    ("us", "en-US", "California", "San Francisco", "AT&T", -480),
    ("de", "de-DE", "Berlin", "Berlin", "Telekom.de", 60), ("gb", "en-GB", "England", "London", "EE", 0),
    ("jp", "ja-JP", "東京都", "新宿区", "NTT DOCOMO", 540), ("br", "pt-BR", "São Paulo", "São Paulo", "VIVO", -180),
    ("in", "en-IN", "Karnataka", "Bengaluru", "Airtel", 330),
  ]

  func make(_ count: Int, in db: Database) throws {
    let insert = try db.makeStatement(
      sql: """
        INSERT INTO device (app, device, first_seen, last_seen, activity, lag, model, manufacturer, firmware, locale,
          country, region, locality, carrier, network, timezone, push, tags, token, token_type)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    var devices: [String] = []
    for index in 0..<count {
      var random = CloudRandom(seed, stream, 1, UInt64(index))
      let id = random.guid()
      devices.append(id)
      let model = random.longTail(Self.models)
      let place = random.longTail(Self.places)
      // Most devices came early; the rest over the following years.
      let first = Int64(Self.launch + (index < count / 2 ? 0 : Self.later(&random))) * CloudTime.dayLength
      let last = first + Int64(random.int(4000...5200)) * CloudTime.dayLength
      try insert.execute(arguments: [
        app, id, first + Int64(random.int(0...86_399_999)), last, 0.15 + 0.85 * CloudMath.threeHalves(random.unit()),
        random.int(0...40), isApple ? random.longTail(["iPhone8,1", "iPhone7,2", "iPad5,3", "iPhone9,3"]) : model.0,
        isApple ? "Apple" : model.1,
        isApple ? random.longTail(["10.1", "9.3.5", "10.0"]) : random.longTail(["6.0.1", "7.0", "5.1.1"]),
        place.1, place.0, place.2, place.3, place.4, random.longTail(["wifi", "mobile"]), place.5,
        random.unit() < 0.7 ? 1 : 0, Self.tags(index, &random), random.guid() + random.guid(), isApple ? "apns" : "gcm",
      ])
    }
    try makeCampaigns(devices, in: db)
  }

  /// Days after the launch, most of them soon.
  private static func later(_ random: inout CloudRandom) -> Int {
    let share = random.unit()
    return Int(share * share * 1500)
  }

  private static func tags(_ index: Int, _ random: inout CloudRandom) -> String {
    var tags: [(String, String)] = []
    if random.unit() < 0.6 { tags.append(("userid", "\"user-\(index)\"")) }
    tags.append(("plan", "\"\(random.longTail(["free", "plus", "pro"]))\""))
    if random.unit() < 0.5 {
      tags.append(("favourite", "\"\(random.longTail(["shoes", "books", "garden", "music"]))\""))
    }
    if random.unit() < 0.4 { tags.append(("orders", "\(random.count(mean: 3))")) }
    if random.unit() < 0.2 { tags.append(("newsletter", random.unit() < 0.5 ? "true" : "false")) }
    return "{" + tags.sorted { $0.0 < $1.0 }.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  static let campaignKinds = ["Announcement", "Poll", "DataPush", "NativePush"]

  /// A long-lived campaign of each kind, and short ones over the years, with a funnel of feedback.
  private func makeCampaigns(_ devices: [String], in db: Database) throws {
    for (kindIndex, kind) in Self.campaignKinds.enumerated() {
      for index in 0..<campaigns {
        var random = CloudRandom(seed, stream, 2, UInt64(kindIndex), UInt64(index))
        let id = 150 + index * 4 + kindIndex
        let activated = Int64(Self.launch + (index == 0 ? 30 : random.int(100...4500))) * CloudTime.dayLength
        let finished = index == 0 ? nil : activated + Int64(random.int(3...60)) * CloudTime.dayLength
        let state = finished.map { $0 < now ? "finished" : "in-progress" } ?? "in-progress"
        try db.execute(
          sql: "INSERT INTO campaign VALUES (?, ?, ?, ?, ?, ?, ?)",
          arguments: [app, id, kind, "\(kind.lowercased())-\(index + 1)", state, activated, finished])
        let insert = try BulkStatement("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", in: db)
        insert.bind(1, app)
        insert.bind(2, kind)
        insert.bind(3, id)
        for device in devices where random.unit() < 0.8 {
          insert.bind(4, device)
          insert.bind(5, Self.funnel(&random))
          try insert.run()
        }
      }
    }
  }

  /// Each step is reached by fewer.
  private static func funnel(_ random: inout CloudRandom) -> String {
    guard random.unit() < 0.95 else { return "Queued|Dropped" }
    var steps = ["Queued", "SystemNotificationDisplayed"]
    if random.unit() < 0.35 {
      steps.append("SystemNotificationActioned")
      steps.append("ContentDisplayed")
      steps.append(random.unit() < 0.4 ? "ContentActioned" : "ContentExited")
    } else if random.unit() < 0.5 {
      steps.append("SystemNotificationExited")
    }
    return steps.joined(separator: "|")
  }
}
