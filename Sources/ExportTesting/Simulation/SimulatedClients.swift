// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The service as one life of the program reaches it.
struct SimulatedServiceClient: ExportService {
  let service: SimulatedService
  let process: SimulatedProcess

  private func call<Answer: Sendable>(
    _ name: @autoclosure () -> String, _ effect: @escaping @Sendable (SimulatedService) throws -> Answer
  ) async throws -> Answer {
    try await process.wire.send(name(), from: process, lost: { ServiceError(.again, "no answer came", isLost: true) }) {
      [service] in Result { try effect(service) }
    }
  }

  func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    if process.isAlive { service.leaving(order) }
    return try await call("submit \(order.mark)") { try $0.submit(order) }
  }

  func poll(_ task: TaskReference) async throws -> TaskStatus {
    try await call("poll \(task.id)") { try $0.poll(task.id) }
  }

  func poll(_ tasks: [TaskReference]) async throws -> [FoundTask] {
    try await call("list \(tasks.map(\.id))") { try $0.poll(tasks.map(\.id)) }
  }

  func find(_ lookup: TaskLookup) async throws -> [FoundTask] {
    try await call("find \(lookup.mark)") { try $0.find(lookup) }
  }

  func cancel(_ task: TaskReference) async throws -> TaskStatus {
    try await call("cancel \(task.id)") { try $0.cancel(task.id) }
  }

  func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask { FinishedTask(id: task.id, prefix: nil) }
}

/// The store as one life of the program reaches it. Whether files are good is fixed with the task that wrote them;
/// everything else passes.
struct SimulatedStoreClient: ArtifactStore {
  let service: SimulatedService
  let process: SimulatedProcess

  private func call<Answer: Sendable>(
    _ name: @autoclosure () -> String, _ effect: @escaping @Sendable (SimulatedService) throws -> Answer
  ) async throws -> Answer {
    try await process.wire.send(name(), from: process, lost: { StoreError.again("no answer came", retryAfter: nil) }) {
      [service] in
      Result {
        let world = service.world
        if world.now < service.lockedUntil { throw StoreError.refused("403 the credential is refused") }
        if world.goesWrong(service.weather.storeFaults, "store fault") {
          throw StoreError.again(
            "503 the store is busy", retryAfter: world.isDrawn(500) ? .seconds(world.draw(1...15)) : nil)
        }
        return try effect(service)
      }
    }
  }

  func address(for delivery: Delivery) async throws -> Secret {
    let address = Secret("https://store.example/container?sig=canary")
    if service.weather.hasLocalAddresses { return address }
    return try await call("address \(delivery.key.short)") { _ in address }
  }

  func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification {
    try await call("collect \(task.id)") { service in
      guard let found = service.task(task.id) else { throw StoreError.artifact("nothing of \(task.id)") }
      if found.mark != TaskMark(delivery.key, attempt: delivery.attempt) {
        service.world.broken(
          "the result of \(found.mark) was taken for \(delivery.key.short) attempt \(delivery.attempt)")
      }
      guard found.phase != .vanished else { throw StoreError.artifact("nothing of \(task.id)") }
      guard found.phase == .succeeded else {
        service.world.broken("the result of \(task.id) was taken while it was \(found.phase)")
        throw StoreError.artifact("nothing of \(task.id) yet")
      }
      guard found.isSound else { throw StoreError.artifact("a file of \(task.id) is cut short") }
      return Verification(.verified, artifacts: [Artifact(name: task.id, bytes: 2, sha256: nil, rows: 0)])
    }
  }
}
