// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// What the reader of plans takes is written again byte for byte; what it does not take it refuses in a sentence,
/// however the file arrives.
enum PlanCheck {
  static func verdict(on input: [UInt8], using random: inout SeededGenerator) -> FuzzVerdict {
    // Most changes are refused for the digest alone: with the right one, what lies behind is reached.
    let bytes = Int.random(in: 0..<4, using: &random) == 0 ? input : signed(input)
    let whole = read(bytes, piece: bytes.count)
    var complaints: [String] = []
    if read(bytes, piece: Int.random(in: 1...5_000, using: &random)) != whole {
      complaints.append("in pieces it reads another way")
    }
    switch whole {
    case .failure(let error):
      let reason = "\(error.explained(by: bytes))"
      if reason.isEmpty || reason.utf8.count > 2_000 { complaints.append("a reason of \(reason.utf8.count) bytes") }
    case .success(let file):
      if file.bytes != bytes { complaints.append("it is written in other bytes") }
      let plan = file.plan
      if plan.jobs.contains(where: { plan.title(of: $0).isEmpty }) { complaints.append("a job without a title") }
      // Jobs are told apart by what they are called; a plan that was changed by hand may call two the same.
      let names = Set(plan.jobs.map { "\(plan.title(of: $0))/\($0.format)" })
      if names.count == plan.jobs.count, !PlanDifference(from: plan, to: plan).isEmpty {
        complaints.append("it differs from itself")
      }
    }
    return FuzzVerdict(complaints: complaints, isAccepted: (try? whole.get()) != nil)
  }

  private static func read(_ bytes: [UInt8], piece: Int) -> Result<PlanFile, PlanFileError> {
    var reader = PlanReader()
    return Result { () throws(PlanFileError) in
      for start in stride(from: 0, to: bytes.count, by: max(1, piece)) {
        let slice = Array(bytes[start..<min(start + piece, bytes.count)])
        try slice.withUnsafeBufferPointer { buffer throws(PlanFileError) in try reader.consume(buffer) }
      }
      return try reader.finish()
    }
  }

  /// With the digest of what it holds.
  private static func signed(_ bytes: [UInt8]) -> [UInt8] {
    let prefix = Array(#""digest":"sha256:"#.utf8)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    guard let index = lines.firstIndex(where: { $0.starts(with: prefix) }), lines[index].count >= prefix.count + 64
    else { return bytes }
    let rest = lines[..<index] + lines[(index + 1)...]
    let digest = Digest(of: Array(rest.joined(separator: [UInt8(ascii: "\n")])))
    lines[index].replaceSubrange(prefix.count..<prefix.count + 64, with: digest.hex.utf8)
    return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }
}
