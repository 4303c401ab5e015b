// SPDX-License-Identifier: Apache-2.0

/// The plain script that runs are held against: what somebody would write by hand.
struct Baseline {
  /// Of Python, with what the script needs.
  let python: String
  let script: String

  /// - Parameter journal: how durable its commits are, in SQLite's words.
  func command(_ run: RunCase, address: String, journal: String) -> [String] {
    [
      python, script, "run", "--address", address, "--jobs", String(run.jobs), "--in-flight", String(run.inFlight),
      "--journal", Self.file, "--synchronous", journal,
    ] + (run.readsFiles ? [] : ["--listed"])
  }

  /// With what SQLite puts beside it.
  static let files = [file, "\(file)-wal", "\(file)-shm"]
  static let file = "baseline.db"

  /// What such a run is called in the table.
  static func title(_ journal: String) -> String { "a plain script, synchronous=\(journal)" }
}
