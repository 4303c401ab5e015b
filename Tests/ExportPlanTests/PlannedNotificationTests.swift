// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// Notifications travel in the plan, without secrets, and change no key.
@Suite struct PlannedNotificationTests {
  private static func plan(_ change: (inout NotificationSetting) -> Void = { _ in }) throws -> Plan {
    var setting = NotificationSetting(
      name: Sample.located("team"), url: Sample.located(SecretText("https://hooks.example/${secret.path}")))
    setting.headers = ["Authorization": Sample.located(SecretText("Bearer ${secret.token}"))]
    setting.template = Sample.located("{name} {\"a\"}\n{verdict}")
    change(&setting)
    var manifest = Sample.manifest([Sample.export("tags", datasets: ["tag"])])
    manifest.notifications = [setting]
    manifest.secrets = ["path": .environment("P"), "token": .environment("T"), "other": .environment("O")]
    return try #require(
      Planner(manifest, traits: ["engagement": Sample.traits], inputs: [], asOf: Instant(seconds: 1_480_000_000))
        .plan().plan)
  }

  @Test func `a plan reads its notifications back as they were`() throws {
    let file = PlanFile(try Self.plan())

    let read = try PlanFile(parsing: file.bytes)

    #expect(read == file)
    #expect(read.plan.notifications == file.plan.notifications && read.plan.notifications.count == 1)
    #expect(
      String(decoding: file.bytes, as: UTF8.self).contains(
        #"""
        "notify":[
        {"format":"slack","headers":{"Authorization":"Bearer ${secret.token}"},"name":"team","on":"failure",\#
        "template":"{name} {\"a\"}\n{verdict}","timeout":"10s","url":"https://hooks.example/${secret.path}"}
        ],
        """#))
  }

  @Test func `a plan that tells nobody has no word of it`() throws {
    var plan = try Self.plan()
    plan.notifications = []

    let bytes = PlanFile(plan).bytes

    #expect(!String(decoding: bytes, as: UTF8.self).contains("notify"))
    #expect(try PlanFile(parsing: bytes).plan == plan)
  }

  private static let broken = [
    (#""on":"failure""#, #""on":"never""#), (#""timeout":"10s""#, #""timeout":"10h""#), ("{verdict}", "{verdikt}"),
    (#""Bearer ${secret.token}""#, "7"),
  ]

  @Test(arguments: broken) func `a plan whose notifications cannot be read is no plan`(right: String, wrong: String)
    throws
  {
    let bytes = String(decoding: PlanFile(try Self.plan()).bytes, as: UTF8.self).replacing(right, with: wrong).utf8

    #expect(throws: PlanFileError.member("notify/0")) { try PlanFile(parsing: Array(bytes)) }
  }

  @Test func `another address is a difference of settings, and of no job`() throws {
    let (old, new) = (try Self.plan(), try Self.plan { $0.occasion = .always })

    let difference = PlanDifference(from: old, to: new)

    #expect(difference.render(as: .text) == "1 setting changed\n  ~ notify/team/on: \"failure\" -> \"always\"")
    #expect(old.jobs.keys == new.jobs.keys)
  }
}
