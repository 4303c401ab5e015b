// SPDX-License-Identifier: Apache-2.0
import ExportCore

// The files of tasks that succeeded.
extension DescribedService {
  public func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask {
    let scope = scope(of: task, status)
    let rule = description.result.container
    var finished = FinishedTask(id: task.id, prefix: rule?.prefix?.text(scope.value), manifest: rule?.manifest)
    finished.type = status.facts["type"]
    // A file that must be there and cannot be named is missing.
    finished.names = rule?.names.map { $0.text(scope.value) ?? $0.outline } ?? []
    finished.optional = rule?.optional.compactMap { $0.text(scope.value) } ?? []
    finished.ignored = rule?.ignored ?? []
    finished.isEmpty = status.isEmpty
    return finished
  }

  public func source(of task: TaskReference, status: TaskStatus) -> any ArtifactSource {
    let scope = scope(of: task, status)
    switch description.result {
    case .container: return NoFiles(service: description.traits.name)
    case .links(let rule): return LinkSource(service: self, rule: rule, scope: scope, task: task)
    case .pages(let rule): return PageSource(service: self, rule: rule, scope: scope)
    case .answer(let call): return AnswerSource(service: self, call: call, scope: scope)
    }
  }

  /// What templates of results may name: the task, what it said of itself, and what it was made with.
  private func scope(of task: TaskReference, _ status: TaskStatus) -> Scope {
    var scope = scope(ofApp: task.appParameters)
    if let making = task.making {
      scope = description.scope(
        of: TaskLookup(
          mark: making.mark, appParameters: task.appParameters, dataset: task.dataset, options: making.options,
          format: making.format, window: making.window, since: Instant(seconds: 0)), parameters: parameters)
    }
    scope.task = status.facts.merging(["id": task.id]) { $1 }
    return scope
  }
}

/// Of a service that writes to a container.
private struct NoFiles: ArtifactSource {
  let service: String

  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    throw ServiceError(.never, "\(service) keeps no files: it writes them to a container")
  }
}
