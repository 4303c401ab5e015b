// SPDX-License-Identifier: Apache-2.0
import ExportRun

/// Why jobs fail, and what a person does about each: what reports say, for those who look it up.
public struct FailureCauses: Sendable {
  public struct Entry: Sendable {
    /// As reports for programs have it.
    public let word: String
    public let meaning: String
    public let advice: String
  }

  /// In the order of their words.
  public static let all: [Entry] = Failure.Cause.allCases.map {
    Entry(word: $0.rawValue, meaning: RunReport.words($0), advice: RunReport.advice($0))
  }.sorted { $0.word < $1.word }
}
