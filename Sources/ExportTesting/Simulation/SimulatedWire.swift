// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What lies between a program and a service: requests arrive late or never, and so do answers. What has left arrives,
/// or does not, whatever becomes of who sent it.
final class SimulatedWire: @unchecked Sendable {
  /// No request is under way for longer, in milliseconds: below what `Scheduler.Bounds.settle` waits for.
  static let longest = 50_000

  private let world: SimulatedWorld
  private let weather: SimulatedWeather
  private var sent = 0

  init(_ world: SimulatedWorld, _ weather: SimulatedWeather) { (self.world, self.weather) = (world, weather) }

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - effect: happens once at most, when the request arrives.
  ///   - lost: what the sender sees when no answer came.
  func send<Answer: Sendable>(
    _ name: @autoclosure () -> String, from process: SimulatedProcess, lost: @escaping @Sendable () -> any Error,
    effect: @escaping @Sendable () -> Result<Answer, any Error>
  ) async throws -> Answer {
    let name = name()
    return try await process.suspend { [self] waiter in
      sent += 1
      let number = sent
      world.tell("> \(number) \(name)")
      let isLost = world.goesWrong(weather.lostRequests, "lost request")
      let patience = world.isDrawn(500) ? world.draw(1...2000) : world.draw(5000...40_000)
      if isLost {
        // Never arrives: the sender sees a reset at once, or waits in vain.
        world.after(patience) { [self] in
          world.tell("x \(number) \(name)")
          waiter.finish(.failure(lost()))
        }
        return
      }
      world.after(delay(weather.lateRequests, "late request")) { [self] in
        let answer = effect()
        world.tell("@ \(number) \(name): \(Self.brief(answer))")
        guard !world.goesWrong(weather.lostAnswers, "lost answer") else { return }
        world.after(delay(weather.lateAnswers, "late answer")) { [self] in
          world.tell("< \(number)")
          waiter.finish(answer)
        }
      }
      // A sender does not wait for ever. In a calm world every answer is there before.
      let most = world.isCalm || world.isDrawn(700) ? Self.longest * 2 + 1000 : patience + 100
      world.after(most) { waiter.finish(.failure(lost())) }
    }
  }

  private func delay(_ late: Int, _ name: String) -> Int {
    world.goesWrong(late, name) ? world.draw(2000...Self.longest) : world.draw(1...300)
  }

  private static func brief<Answer>(_ answer: Result<Answer, any Error>) -> String {
    switch answer {
    case .success: "ok"
    case .failure(let error): (error as? ServiceError)?.message ?? "\(error)"
    }
  }
}
