// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Logging

struct ServiceTryCommand: AsyncParsableCommand, AnswersMachines {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Make one task by hand, and show every request and every answer with secrets hidden.",
    discussion: """
      The shortest way takes everything from a manifest:

        outhaul service try --manifest m.yaml --app shop-ios --dataset event

      Without one, the description is named and the options say the rest:

        outhaul service try ./small.yaml --dataset rows --window 2016-01-31 \\
          --with account=a --app app=x --secret token=env:TOKEN \\
          --container https://acct.blob.core.windows.net/c --sas env:SAS

      The task is marked with a key of its own: no run takes it for one of its jobs. Ctrl-C stops watching and says the \
      task's id; the task goes on. With --output json each line is a document.

      """ + ExitStatus.help)

  @Argument(
    help: ArgumentHelp("A bundled name, or a path; left out with --manifest.", valueName: "name|file"),
    completion: .list(ServiceSheet.bundledNames))
  var description: String?

  @OptionGroup var trial: TrialOptions

  @Flag(help: "Make the task in a local cloud that plays Mobile Engagement.")
  var local = false

  @Flag(help: "Print the requests that would be sent, and send none.")
  var dryRun = false

  @Flag(help: "Make the task without asking.")
  var yes = false

  @Flag(help: "Ask nothing; goes with --yes.")
  var noInput = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (description == nil) == (trial.manifest != nil) else {
      throw ValidationError(
        description == nil
          ? "name a description, or a manifest with --manifest"
          : "--manifest names the description; leave out '\(description ?? "")'")
    }
    guard yes || dryRun || local || !noInput else {
      throw ValidationError("--no-input needs --yes: a task will be made")
    }
    guard !local || trial.base == nil else { throw ValidationError("--base does not go with --local") }
  }

  func run() async throws {
    let source = TrialSource(description: description, trial: trial, isLocal: local, isDry: dryRun)
    let prepared: TrialSource.Prepared
    do {
      prepared = try await source.prepared(logger: common.logger)
    } catch let mistake as TrialMistake {
      throw ValidationError(mistake.lines.joined(separator: "\n"))
    }
    let subject = prepared.subject
    say(TrialText.head(subject), TrialJSON.head(subject))
    if dryRun { return try await printRequests(of: subject, in: prepared.folder) }
    try confirm(subject)
    let verdict = try await perform(prepared)
    say(TrialText.words(verdict), TrialJSON.line(verdict))
    let status = ExitStatus(of: verdict)
    if status != .done { throw StatusError(status: status) }
  }

  // MARK: Parts

  private func say(_ text: String, _ document: JSONValue) {
    Console.line(common.output == .json ? document.canonicalText : text)
  }

  private func printRequests(of subject: TrialSubject, in folder: URL) async throws {
    do {
      for request in try await DryTrial(subject, folder: folder).requests() {
        say("\n\(request.purpose):\n\(TrialText.words(.wire(request.event)))", TrialJSON.line(request))
      }
    } catch let error as ServiceError {
      throw ValidationError("the description cannot make the request: \(error.message)")
    }
  }

  /// - Throws: `ValidationError` where nobody can be asked; `StatusError` for a no.
  private func confirm(_ subject: TrialSubject) throws {
    let notice = "A task will be made at \(local ? "a local cloud" : subject.service.base)."
    if common.output == .text { Console.line(notice) } else { Console.error(notice) }
    // In a rehearsal nobody needs to be asked.
    guard !yes, !local else { return }
    guard isatty(STDIN_FILENO) == 1, Console.isErrorTerminal else {
      throw ValidationError("nobody can be asked here: --yes makes the task, --dry-run shows its requests")
    }
    Console.prompt("Make it? [y/N] ")
    guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
      Console.error("Nothing was sent.")
      throw StatusError(status: .interrupted)
    }
  }

  private func perform(_ prepared: TrialSource.Prepared) async throws -> TrialVerdict {
    let (logger, format) = (common.logger, common.output)
    return try await StopWatch().run { isStopped in
      guard let world = prepared.world else {
        return try await Self.perform(prepared, nil, format, logger: logger, isStopped: isStopped)
      }
      let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("outhaul-cloud-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: directory) }
      let exports = prepared.out?.deletingLastPathComponent() ?? directory.appendingPathComponent("exports")
      let session = LocalSession(world: world, directory: directory, speed: speed, faults: [], logger: logger)
      return try await session.run { endpoints in
        let redirect = endpoints.redirect(exports: exports, speed: speed)
        return try await Self.perform(prepared, redirect, format, logger: logger, isStopped: isStopped)
      }
    }
  }

  private static func perform(
    _ prepared: TrialSource.Prepared, _ redirect: LocalRedirect?, _ format: OutputFormat, logger: Logger,
    isStopped: @escaping @Sendable () -> Bool
  ) async throws -> TrialVerdict {
    let options = BatchRun.Options(
      folder: prepared.folder, state: prepared.folder, environment: ProcessInfo.processInfo.environment,
      redirect: redirect, resume: "", program: "outhaul \(Outhaul.version)")
    return try await Trial(prepared.subject, options: options, logger: logger)
      .run(isStopped: isStopped) { event in
        Console.line(format == .json ? TrialJSON.line(event).canonicalText : TrialText.words(event))
      }
  }
}

/// How many times faster tasks live in the local cloud.
private let speed: Double = 200
