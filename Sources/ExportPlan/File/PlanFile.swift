// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The plan as bytes, versioned by `Schemas/plan.schema.json`: members sorted by name, times in UTC, one app, window or
/// job a line, no other white space. The same plan has the same bytes anywhere. They are made when they are asked for,
/// piece by piece, and never held all at once.
public struct PlanFile: Sendable, Equatable {
  /// The version that this program writes.
  public static let version = 1

  public let plan: Plan
  /// SHA-256 of the bytes without the `digest` member.
  public let digest: Digest

  public init(_ plan: Plan) {
    self.plan = plan
    let running = Running()
    var writer = PlanWriter<Never>(plan) { running.digest.add($0) }
    writer.write(digest: nil)
    digest = running.digest.digest
  }

  /// The digest of the bytes without the `digest` member and without the lines of jobs.
  static func frame(of plan: Plan) -> Digest {
    let running = Running()
    var writer = PlanWriter<Never>(plan) { running.digest.add($0) }
    writer.write(digest: nil, jobs: false)
    return running.digest.digest
  }

  /// A plan whose digest is known: it is not reckoned again.
  public init(_ plan: Plan, digest: Digest) { (self.plan, self.digest) = (plan, digest) }

  private final class Running { var digest = RunningDigest() }

  /// Hands over the bytes in pieces of about 64 KiB.
  public func write<Failure: Error>(
    to sink: @escaping (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = PlanWriter<Failure>(plan, to: sink)
    try writer.write(digest: digest)
  }

  /// All of them, for plans that are known to be small.
  public var bytes: [UInt8] {
    final class All { var bytes: [UInt8] = [] }
    let all = All()
    write { (piece: UnsafeRawBufferPointer) throws(Never) in all.bytes.append(contentsOf: piece) }
    return all.bytes
  }

  /// Reads a plan file back, byte for byte as this program wrote it.
  /// - Throws: `PlanFileError`.
  public init(parsing bytes: [UInt8]) throws(PlanFileError) {
    var reader = PlanReader()
    do throws(PlanFileError) {
      try bytes.withUnsafeBufferPointer { buffer throws(PlanFileError) in try reader.consume(buffer) }
      self = try reader.finish()
    } catch {
      throw error.explained(by: bytes)
    }
  }
}
