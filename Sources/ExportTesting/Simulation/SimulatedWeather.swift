// SPDX-License-Identifier: Apache-2.0

/// How often what goes wrong, per mille; drawn once for a seed, so that some worlds are mild in one way and bad in another.
struct SimulatedWeather {
  var lostRequests = 0
  var lostAnswers = 0
  var lateRequests = 0
  var lateAnswers = 0
  /// Of every kind of call.
  var busy = 0
  var broken = 0
  /// Submits that make a task and answer with an error.
  var brokenAfterwards = 0
  var failedTasks = 0
  var vanishingTasks = 0
  var unknownStates = 0
  var slowTasks = 0
  var badArtifacts = 0
  var storeFaults = 0
  var listFaults = 0
  var slowCancels = 0
  /// Per step: time passes although the program could go on.
  var slowProgram = 0
  /// Per step: one job gets no time for a while, and the others go on.
  var stalls = 0
  /// Addresses are made by the program itself, without a request.
  var hasLocalAddresses = false
  /// Per mille of 100 steps: the machine sleeps for minutes.
  var sleepingMachine = 0

  init(drawing world: SimulatedWorld) {
    func rate(_ most: Int) -> Int {
      switch world.draw(0...3) {
      case 0: 0
      case 1: world.draw(0...most / 4)
      default: world.draw(0...most)
      }
    }
    lostRequests = rate(200)
    lostAnswers = rate(200)
    lateRequests = rate(250)
    lateAnswers = rate(250)
    busy = rate(200)
    broken = rate(150)
    brokenAfterwards = rate(250)
    failedTasks = rate(300)
    vanishingTasks = rate(200)
    unknownStates = rate(300)
    slowTasks = rate(400)
    badArtifacts = rate(250)
    storeFaults = rate(250)
    listFaults = rate(300)
    slowCancels = rate(700)
    slowProgram = rate(60)
    stalls = rate(80)
    hasLocalAddresses = world.isDrawn(500)
    sleepingMachine = rate(60)
  }
}
