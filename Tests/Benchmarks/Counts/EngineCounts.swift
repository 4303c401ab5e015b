// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What instructions are counted of. `Tests/Benchmarks/counts.sh` runs each work twice under valgrind: as far as it is
/// ready to begin, and to its end. The difference is the work's, without the start of the program and without what the
/// work is done with.
///
/// Everything is done on the main thread, by a clock that only this program moves; a count that depends on how threads
/// take turns would never be the same again.
@main
struct EngineCounts {
  static let usage = """
    usage: engine-counts names                       the works, a line each
           engine-counts WORK FOLDER [--ready]       does one, or what it needs to begin; the folder is for its files
    """

  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("engine-counts: \(error)\n".utf8))
      exit(1)
    }
    // At once: what is left is not taken apart, which would count.
    exit(0)
  }

  private static func run(_ arguments: [String]) throws {
    if arguments == ["names"] {
      for work in CountedWork.all { print(work.name) }
      return
    }
    guard arguments.count == 2 || arguments.count == 3 && arguments[2] == "--ready",
      let work = CountedWork.all.first(where: { $0.name == arguments[0] })
    else { throw Refusal(description: usage) }
    let begin = try work.ready(arguments[1])
    if arguments.count == 2 { try begin() }
  }
}

/// One work that instructions are counted of.
struct CountedWork: Sendable {
  /// One word or more with hyphens; the committed figures are kept by it.
  let name: String
  /// Makes what the work is done with, in a folder, and returns the work.
  let ready: @Sendable (_ folder: String) throws -> () throws -> Void

  /// A new one is a line here; then `Tests/Benchmarks/counts.sh --renew`.
  static let all = [
    CountedWork(name: "parse-1-MB", ready: ReadingWork.parse),
    CountedWork(name: "manifest-4000-apps", ready: ReadingWork.manifest),
    CountedWork(name: "plan-100000-jobs", ready: PlanningWork.plan),
    CountedWork(name: "plan-file-20000-jobs", ready: PlanningWork.file),
    CountedWork(name: "scheduler-10000-jobs", ready: SchedulingWork.schedule),
    CountedWork(name: "run-1000-jobs", ready: RunningWork.run),
    CountedWork(name: "report-json-1000-jobs", ready: ReportingWork.json),
    CountedWork(name: "report-page-1000-jobs", ready: ReportingWork.page),
  ]
}

struct Refusal: Error, CustomStringConvertible {
  let description: String
}
