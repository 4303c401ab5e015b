// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension DescribedService {
  public func find(_ lookup: TaskLookup) async throws -> [FoundTask] {
    let found = try await candidates(lookup)
    // What the service has forgotten is not there, and was made all the same.
    if found.isEmpty, let kept = description.keeps.job, lookup.since.duration(to: now()) > kept {
      throw ServiceError(
        .never,
        "the service tells of tasks for \(DurationText.format(kept)) only: whether it made this one has to be looked up there"
      )
    }
    return found
  }

  /// A task that is made and does not run yet is told as queued: the look that follows sets it going.
  private func candidates(_ lookup: TaskLookup) async throws -> [FoundTask] {
    let scope = description.scope(of: lookup, parameters: parameters)
    let oldest = lookup.since.advanced(by: .zero - Self.clockSkew)
    switch description.recovery {
    case .named(let id):
      return try await named(id.text(scope.value), lookup)
    case .marked(let pointer, let text):
      guard let mark = text.text(scope.value) else { throw missing("the mark") }
      return try await listed(lookup, oldest) { $0.item.at(pointer: pointer)?.string == mark }
    case .single(let current, let same):
      let isOurs = candidate(
        same, scope, since: oldest, created: current.map(\.created) ?? description.list?.created)
      let found =
        if let current { try await self.current(current, scope, isOurs) } else {
          try await listed(lookup, oldest, isOurs)
        }
      return Array(found.prefix(1))
    case .lookalike(let same):
      return try await listed(
        lookup, oldest, candidate(same, scope, since: oldest, created: description.list?.created))
    case .token, .blind:
      throw ServiceError(.never, "tasks of \(description.traits.name) cannot be looked for")
    }
  }

  /// A task that has our name is ours; one that is not there was never made.
  private func named(_ id: String?, _ lookup: TaskLookup) async throws -> [FoundTask] {
    guard let id else { throw missing("the task's name") }
    do {
      let seen = try await look(
        at: TaskReference(id: id, appParameters: lookup.appParameters, dataset: lookup.dataset))
      return [FoundTask(id: id, status: seen.status)]
    } catch let error as ServiceError where error.isAbsence {
      return []
    }
  }

  /// The task that the service shows as the only one there is.
  private func current(
    _ rule: CurrentTaskRule, _ scope: Scope, _ isOurs: (ListedTask) throws -> Bool
  ) async throws -> [FoundTask] {
    let (answer, requestID): (Answer, String)
    do {
      (answer, requestID) = try await call(try fill(rule.call, scope), .list)
    } catch let error as ServiceError where error.isAbsence {
      return []
    }
    guard let item = rule.task.map({ $0.element(in: answer) }) ?? answer.whole else {
      throw unreadable("the answer does not say which task there is", answer, requestID)
    }
    guard item.json != .null else { return [] }
    // What has no id is no task: that is not the same as none of ours.
    guard let id = item.json.id(at: rule.id) else {
      throw unreadable("the answer shows something that has no task's id", answer, requestID)
    }
    let task = ListedTask(
      id: id, created: item.json.instant(at: rule.created), item: item.json,
      status: seen(item, in: answer, requestID: requestID).status)
    return try isOurs(task) ? [FoundTask(id: id, status: task.status)] : []
  }

  /// Those of the list that are ours, newest first.
  private func listed(
    _ lookup: TaskLookup, _ oldest: Instant, _ isOurs: (ListedTask) throws -> Bool
  ) async throws -> [FoundTask] {
    guard let rule = description.list else { throw missing("the list") }
    var seen = TaskSightings()
    var isNameless = false
    let isRead = try await read(
      rule, scope(ofApp: lookup.appParameters), pages: Self.pageLimit
    ) { tasks in
      for task in try tasks.filter(isOurs) {
        seen.add(task)
        if task.id == nil { isNameless = true }
      }
      // Where the list is newest first, what follows a page of old tasks is older still.
      guard rule.isNewestFirst, let newest = tasks.compactMap(\.created).max() else { return true }
      return newest >= oldest
    }
    // Without its id it cannot be adopted, and it is not absent either.
    if isNameless { throw missing("a task's id") }
    guard isRead else { throw ServiceError(.again, "the list of tasks has more than \(Self.pageLimit) pages") }
    return seen.newestFirst
  }

  /// The same parameters, and not older than may be. One that is told without its age may be ours.
  /// - Parameter created: where an item tells its age.
  /// - Throws: when an age is told that cannot be read: taken for ours it could be anybody's, of any age.
  private func candidate(
    _ same: [Sameness], _ scope: Scope, since oldest: Instant, created: String?
  ) -> (ListedTask) throws -> Bool {
    { task in
      guard same.allSatisfy({ $0.holds(for: task.item, scope.value) }) else { return false }
      if let made = task.created { return made >= oldest }
      let told = created.flatMap { task.item.at(pointer: $0) } ?? .null
      guard told == .null else {
        let words = (told.string ?? told.canonicalText).prefix(60)
        throw ServiceError(
          .never,
          "the service says '\(words)' where a task tells when it was made, which is no time: whether it is ours has to be looked up there"
        )
      }
      return true
    }
  }

  private func missing(_ what: String) -> ServiceError {
    ServiceError(.again, "\(description.traits.name): \(what) is missing where a lost task is looked for")
  }
}

extension ServiceError {
  /// What was asked for is not there.
  var isAbsence: Bool { kind == .gone || status == 404 }
}
