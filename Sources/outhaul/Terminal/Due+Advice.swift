// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension Due {
  /// There is, or was, a good result.
  var isAfterSuccess: Bool {
    switch self {
    case .alreadyExported, .lookback, .forced, .artifactMissing: true
    default: false
    }
  }

  /// What it means and what to do, a line each; none for reasons that speak for themselves.
  var advice: [String] {
    switch self {
    case .artifactMissing:
      [
        "its files were there and verified, and are no longer where they were put;",
        "the next run exports it again; if they were moved on purpose, select without it",
      ]
    case .definitionChanged:
      [
        "this window was exported with other options, another destination or another account;",
        "the next run exports it as it is described now; 'outhaul diff' with an earlier runs/ID/plan.json says what changed",
      ]
    case .forced:
      [
        "somebody asked for it once more with 'run --redo';",
        "the next run exports it again, and the good result stays until the new one is proved",
      ]
    case .noLongerKept:
      [
        "the window begins before what the service still has, and was never exported;",
        "no run asks for it; if the service keeps data for longer, its description is to say so ('oldest')",
      ]
    default: []
    }
  }
}
