// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Why a text names no single job of a plan.
public enum JobSubjectError: Error, Sendable, Equatable {
  case unknown(String, help: String?)
  /// Titles with their format, or keys, of some jobs that fit; and how many do.
  case ambiguous(String, some: [String], count: Int)
}

extension JobSubjectError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let subject, let help):
      "the plan has no job '\(subject)'" + (help.map { ": \($0)" } ?? "")
    case .ambiguous(let subject, let some, let count):
      "'\(subject)' is \(count) jobs: \(some.joined(separator: ", "))" + (count > some.count ? ", …" : "")
    }
  }
}

extension Plan {
  /// The job that a person means by its key, the first six or more digits of it, its title `EXPORT/APP/DATASET/WINDOW`,
  /// or the title with the format before the window.
  /// - Parameter shared: with it, a job is found under every export that wants it.
  public func job(named subject: String, shared: SharedJobs? = nil) throws(JobSubjectError) -> Int {
    if subject.utf8.count >= 6, subject.allSatisfy(\.isHexDigit) { return try job(keyed: subject.lowercased()) }
    let steps = subject.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (4...5).contains(steps.count) else {
      throw .unknown(subject, help: "write EXPORT/APP/DATASET/WINDOW, or six digits of its key")
    }
    let (export, app, dataset) = (steps[0], steps[1], steps[2])
    let found = jobs.indices.filter { index in
      let job = jobs[index]
      let wanting = [job.export] + (shared?.exports(wanting: index) ?? [])
      return wanting.contains { exports[$0].name == export } && apps[job.app].name == app && job.dataset == dataset
        && job.label == steps[steps.count - 1] && (steps.count == 4 || job.format == steps[3])
    }
    guard let first = found.first else { throw .unknown(subject, help: suggestion(for: steps)) }
    guard found.count == 1 else {
      let titles = JobTitles(self)
      let some = found.prefix(4).map { titles.title(of: jobs[$0]) }
      throw .ambiguous(subject, some: some, count: found.count)
    }
    return first
  }

  private func job(keyed prefix: String) throws(JobSubjectError) -> Int {
    let start = prefix.prefix(16)
    let shift = 64 - 4 * start.utf8.count
    // Numbers are compared first: a million keys need not become texts.
    let found = jobs.indices.filter { index in
      jobs.keys[index].digest.prefix >> shift == UInt64(start, radix: 16) && jobs.keys[index].hex.hasPrefix(prefix)
    }
    guard let first = found.first else { throw .unknown(prefix, help: "no key begins so") }
    guard found.count == 1 else {
      throw .ambiguous(prefix, some: found.prefix(4).map { jobs[$0].key.short }, count: found.count)
    }
    return first
  }

  /// The title nearest to one that there is not, step by step.
  private func suggestion(for steps: [String]) -> String? {
    guard let export = Self.nearest(steps[0], exports.map(\.name)) else {
      return Suggestion.help(for: steps[0], in: exports.map(\.name))
    }
    let ofExport = jobs.filter { exports[$0.export].name == export }
    let names = Set(ofExport.map { apps[$0.app].name })
    guard let app = Self.nearest(steps[1], names) else { return Suggestion.help(for: steps[1], in: names) }
    let ofApp = ofExport.filter { apps[$0.app].name == app }
    let datasets = Set(ofApp.map(\.dataset))
    guard let dataset = Self.nearest(steps[2], datasets) else { return Suggestion.help(for: steps[2], in: datasets) }
    let labels = ofApp.filter { $0.dataset == dataset }.map(\.label).sorted()
    let wanted = steps[steps.count - 1]
    if labels.contains(wanted), [export, app, dataset] != Array(steps.prefix(3)) {
      let meant = ofApp.filter { $0.dataset == dataset && $0.label == wanted }
      let titles = JobTitles(self)
      let nearest = meant.first { steps.count == 5 && $0.format == steps[3] } ?? meant.first
      return nearest.map { "did you mean '\(titles.title(of: $0))'?" }
    }
    guard let first = labels.first, let last = labels.last else { return nil }
    return "\(export)/\(app)/\(dataset) has \(first == last ? first : "\(first) to \(last)")"
  }

  private static func nearest(_ word: String, _ known: some Collection<String>) -> String? {
    known.contains(word) ? word : Suggestion.nearest(to: word, in: known)
  }
}
