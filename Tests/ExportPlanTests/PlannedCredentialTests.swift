// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// Credentials and secrets of services in plans: by name.
@Suite struct PlannedCredentialTests {
  private static func plan(_ change: (inout ServiceSetting) -> Void) throws -> Plan {
    var manifest = Sample.manifest([Sample.export("one", datasets: ["tag"])])
    change(&manifest.services[0])
    let (plan, diagnostics) = Planner(
      manifest, traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  private static func read(_ plan: Plan) throws -> Plan { try PlanFile(parsing: PlanFile(plan).bytes).plan }

  @Test(arguments: [
    (CredentialSetting.none, #"{"none":true}"#), (.azureDefault, #"{"azure_default":true}"#),
    (.bearer(secret: "token"), #"{"bearer":{"secret":"token"}}"#),
    (.managedIdentity(nil), #"{"managed_identity":{}}"#),
    (.managedIdentity(.object("o")), #"{"managed_identity":{"object_id":"o"}}"#),
    (.azureCLI(AzureCLISetting(tenant: "t")), #"{"azure_cli":{"tenant":"t"}}"#),
    (
      .azureAssertion(AzureAssertionSetting(tokenFile: "f", authority: "https://a")),
      #"{"azure_assertion":{"authority":"https://a","token_file":"f"}}"#
    ),
    (.command(["get", "-q"]), #"{"command":["get","-q"]}"#),
    (
      .azureClient(AzureClientSetting(tenant: "t", client: "c", secret: "token", endpoint: .v2)),
      #"{"azure_client":{"client":"c","endpoint":"v2","secret":"token","tenant":"t"}}"#
    ),
  ])
  func `a plan keeps every kind of credential`(setting: CredentialSetting, json: String) throws {
    let plan = try Self.plan { $0.credential = setting }

    let text = String(decoding: PlanFile(plan).bytes, as: UTF8.self)

    #expect(text.contains(#""credential":\#(json),"#), "\(text)")
    #expect(try Self.read(plan).services.map(\.credential) == [setting])
  }

  @Test func `secrets of a service are names, and a plan without any says nothing of them`() throws {
    let without = try Self.plan { _ in }
    let with = try Self.plan { $0.secrets = ["client_id": Sample.located("sf_id")] }

    let text = String(decoding: PlanFile(with).bytes, as: UTF8.self)

    #expect(!String(decoding: PlanFile(without).bytes, as: UTF8.self).contains(#""secrets":{"client_id""#))
    #expect(text.contains(#""revision":1,"secrets":{"client_id":"sf_id"},"use":"#), "\(text)")
    #expect(try Self.read(with).services.map(\.secrets) == [["client_id": "sf_id"]])
    // What a job is, no credential changes.
    #expect(with.jobs.keys == without.jobs.keys)
  }
}
