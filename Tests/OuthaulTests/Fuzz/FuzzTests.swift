// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// Readers are given what nobody would write: they neither crash nor hang, and what they say of it holds.
///
/// A run of the tests tries a few hundred inputs, always the same. `Tests/fuzz.sh SECONDS [SEED [TARGET]]` goes on as
/// long as it is told to. An input follows from its seed. The seed is on the disk before its input is tried, and an
/// input that fails is written beside it; a copy in `Tests/OuthaulTests/Found` is tried by every run from then on.
@Suite(.serialized) struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seconds = environment["OUTHAUL_FUZZ"].flatMap(Double.init)
  private static let firstSeed = environment["OUTHAUL_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
  private static let targets =
    environment["OUTHAUL_FUZZ_TARGET"].flatMap(FuzzTarget.init).map { [$0] } ?? FuzzTarget.allCases

  private static let notes: URL = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-fuzz")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }()

  @Test(arguments: targets) func `whatever a reader is given, what it says of it holds`(target: FuzzTarget) throws {
    let note = try SeedNote(Self.notes.appendingPathComponent("\(target.rawValue).seed"))
    let (mutator, seeds) = (target.mutator, target.seeds)
    try #require(!seeds.isEmpty)
    let end = Self.seconds.map { Date(timeIntervalSinceNow: $0 / Double(Self.targets.count)) }
    var (tried, accepted, failed) = (0, 0, 0)
    var slowest = (seconds: 0.0, seed: UInt64(0))

    while end.map({ Date() < $0 }) ?? (tried < target.count), failed < 20 {
      let seed = Self.firstSeed &+ UInt64(tried)
      note.write(seed)
      let start = Date()
      var random = SeededGenerator(seed: seed)
      let input = mutator.mutate(seeds.randomElement(using: &random) ?? [], using: &random)
      let verdict = target.verdict(on: input, using: &random)
      accepted += verdict.isAccepted ? 1 : 0
      let complaints = verdict.complaints
      if !complaints.isEmpty {
        let file = Self.notes.appendingPathComponent("\(target.rawValue)-\(seed).input")
        try Data(input).write(to: file)
        Issue.record("\(target.rawValue), seed \(seed): \(complaints.prefix(3).joined(separator: "; ")); \(file.path)")
        failed += 1
      }
      let took = -start.timeIntervalSinceNow
      if took > slowest.seconds { slowest = (took, seed) }
      tried += 1
    }
    note.clear()
    // Else the inputs would be so bad that nothing but the first check is tried.
    #expect(accepted * 50 > tried || tried < 50, "\(target.rawValue): \(accepted) of \(tried) inputs were accepted")
    guard end != nil else { return }
    let words =
      "fuzz: \(target.rawValue): \(tried) inputs from seed \(Self.firstSeed), \(accepted) accepted, \(failed) failed; the slowest took "
    FileHandle.standardError.write(Data((words + "\(slowest.seconds) s, seed \(slowest.seed)\n").utf8))
  }

  @Test func `what was found once is not found again`() throws {
    let folder = LayerTests.root.appendingPathComponent("Tests/OuthaulTests/Found")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".input") }

    #expect(!names.isEmpty)
    for name in names.sorted() {
      let target = try #require(FuzzTarget(rawValue: String(name.prefix { $0 != "-" })), "\(name)")
      let input = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      for seed in 0..<4 {
        var random = SeededGenerator(seed: UInt64(seed))
        #expect(target.verdict(on: input, using: &random).complaints == [], "\(name)")
      }
    }
  }
}

/// The seed of the input that is being tried, on the disk: a crash leaves it there.
private final class SeedNote {
  private let descriptor: Int32
  private let path: String

  init(_ url: URL) throws {
    path = url.path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  func write(_ seed: UInt64) {
    let digits = String(seed)
    let text = String(repeating: "0", count: 20 - digits.count) + digits + "\n"
    _ = text.withCString { pwrite(descriptor, $0, 21, 0) }
  }

  func clear() { unlink(path) }
}
