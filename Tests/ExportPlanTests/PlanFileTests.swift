// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct PlanFileTests {
  /// Every kind of gate, a shared job, two formats, names that JSON must escape nothing of, and several windows.
  private func plan() throws -> Plan {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-03")
    var first = Sample.export("first", datasets: ["job", "event"], formats: ["json", "csv"], window: window)
    first.order = .sequential
    var second = Sample.export("zweiter_größer", datasets: ["event"], window: window)
    second.after = [AfterSetting(export: Sample.located("first"), match: .window)]
    var third = Sample.export("third", datasets: ["tag", "push"])
    third.after = [
      AfterSetting(export: Sample.located("first"), match: .all),
      AfterSetting(export: Sample.located("zweiter_größer"), match: .app),
    ]
    third.maxFailures = 3
    let (plan, diagnostics) = Planner(
      Sample.manifest([first, second, third]), traits: ["engagement": Sample.traits],
      inputs: [PlanInput(name: "manifest.yaml", digest: Digest(of: "manifest"))],
      asOf: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  @Test(arguments: [1, 2, 7, 64, 1000, 1_000_000])
  func `a plan reads back the same in pieces of any size`(size: Int) throws {
    let file = PlanFile(try plan())
    let bytes = file.bytes

    var reader = PlanReader()
    for start in stride(from: 0, to: bytes.count, by: size) {
      try bytes[start..<min(start + size, bytes.count)].withUnsafeBufferPointer { try reader.consume($0) }
    }

    #expect(try reader.finish() == file)
  }

  @Test func `a line is a job, an app, a window or a gate`() throws {
    let lines = String(decoding: PlanFile(try plan()).bytes, as: UTF8.self).split(separator: "\n")

    #expect(
      lines.first { $0.contains(#""window":"#) } == #"""
        {"app":"android","before":["first/android/2016-02-01","first"],"dataset":"job","export":"first","format":"json",\#
        "key":"\#(try plan().jobs[0].key.hex)","window":"2016-02-01"},
        """#)
    #expect(
      lines.first { $0.contains(#""label":"#) } == #"""
        {"end":"2016-02-02T00:00:00Z","export":"first","label":"2016-02-01","sends":{"event":{"end":"2016-02-01",\#
        "start":"2016-02-01"},"job":{"end":"2016-02-01","start":"2016-02-01"}},"start":"2016-02-01T00:00:00Z",\#
        "zone":"UTC"},
        """#)
  }

  @Test func `the digest is that of the bytes without its own line`() throws {
    let file = PlanFile(try plan())
    let text = String(decoding: file.bytes, as: UTF8.self)
    let rest = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix(#""digest":"#) }

    #expect(Digest(of: rest.joined(separator: "\n")) == file.digest)
  }

  /// What was done to the file, and how it is refused.
  @Test(arguments: [
    (#""format":"json""#, #""format":"jsom""#, "changed after it was made"),
    (#""kind":"#, #""kin":"#, "'destinations/0/kind' is missing"),
    (#""window":"2016-02-03"}"#, #""window":"2016-02-09"}"#, "'windows: 2016-02-09' is missing"),
    (#""app":"ios","before""#, #""app":"linux","before""#, "'jobs/12' is missing"),
    (#""after":["first/android/2016-02-01"]"#, #""after":["first/android/2015"]"#, "'jobs/4' is missing"),
    ("},\n{\"end\"", "},{\"end\"", "line 67 is not as it was written"),
    (#""plan":1,"#, #""plan":2,"#, "the plan has version 2; this program reads version 1"),
    ("\n}\n", "\n", "the plan is not JSON"),
    ("{\n\"apps\"", "{ \"apps\"", "line 1 is not as it was written"),
  ])
  func `a plan that is not as it was written is refused`(old: String, new: String, reason: String) throws {
    let text = String(decoding: PlanFile(try plan()).bytes, as: UTF8.self)
    let changed = text.replacing(old, with: new, maxReplacements: 1)
    try #require(changed != text)

    #expect { try PlanFile(parsing: Array(changed.utf8)) } throws: { error in
      let said = "\(error)".contains(reason)
      if !said { Issue.record("\(error)") }
      return said
    }
  }

  /// The digest is right each time.
  @Test(arguments: [
    (#""kind":{"#, #""kind":{"more":1,"#, "not as this program writes it"),
    (#""name":"android""#, #""name":"\u0061ndroid""#, "not as this program writes it"),
    (#""format":"json""#, #""format":"\u006ason""#, "'jobs/0' is missing"),
    (#""window":"2016-02-01"}"#, #""window":"2016-02-\u00301"}"#, "'jobs/0' is missing"),
    (#""before":["first/android/2016-02-01","first"]"#, #""before":["first","first/android/2016-02-01"]"#, "'jobs/0'"),
    (#""factor":2"#, #""factor":2.0"#, "not as this program writes it"),
    (#""plan":1,"#, #""plan":1"#, "not as this program writes it"),
    (#""window":"2016-02-01"},"#, #""window":"2016-02-01"}"#, "the plan is not JSON"),
    ("\"}\n],\n\"name\"", "\"},\n],\n\"name\"", "the plan is not JSON"),
  ])
  func `a plan in another spelling is refused, whatever its digest`(old: String, new: String, reason: String) throws {
    let text = String(decoding: PlanFile(try plan()).bytes, as: UTF8.self)
    let changed = text.replacing(old, with: new, maxReplacements: 1)
    try #require(changed != text)
    let lines = changed.split(separator: "\n", omittingEmptySubsequences: false)
    let digest = Digest(of: lines.filter { !$0.hasPrefix(#""digest":"#) }.joined(separator: "\n"))
    let signed = lines.map { $0.hasPrefix(#""digest":"#) ? #""digest":"\#(digest)","# : String($0) }

    #expect { try PlanFile(parsing: Array(signed.joined(separator: "\n").utf8)) } throws: { error in
      let said = "\(error)".contains(reason)
      if !said { Issue.record("\(error)") }
      return said
    }
  }

  @Test func `a plan that names one job twice is refused, whatever its digest`() throws {
    let lines = String(decoding: PlanFile(try plan()).bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let index = try #require(lines.firstIndex { $0.contains(#""key":"#) })
    let doubled = lines[...index] + lines[index...]
    let digest = Digest(of: doubled.filter { !$0.hasPrefix(#""digest":"#) }.joined(separator: "\n"))
    let signed = doubled.map { $0.hasPrefix(#""digest":"#) ? #""digest":"\#(digest)","# : String($0) }

    #expect(throws: PlanFileError.member("jobs/1")) {
      try PlanFile(parsing: Array(signed.joined(separator: "\n").utf8))
    }
  }

  @Test func `jobs can be put together and changed one by one`() throws {
    let plan = try plan()
    var jobs = JobTable(plan.jobs)
    #expect(jobs == plan.jobs)

    jobs[2].after = [1, 0]
    jobs[2].label = "other"

    #expect(jobs[2].after == [1, 0])
    #expect(jobs[2].label == "other")
    #expect(jobs != plan.jobs)
    #expect(jobs.indices.filter { jobs[$0] != plan.jobs[$0] } == [2])
  }
}
