// SPDX-License-Identifier: Apache-2.0

/// Why the data of a cloud are not what was asked for.
public enum CloudDataError: Error, Hashable, CustomStringConvertible {
  case seed(stored: UInt64, asked: UInt64)
  case devices(app: String, stored: Int, asked: Int)
  /// Its days are made as they are asked for.
  case endless(app: String)
  case imported(app: String)
  case generated(app: String)
  /// Days of it are missing.
  case unfinished(app: String)

  public var description: String {
    switch self {
    case .seed(let stored, let asked):
      "the data were made with the seed \(stored), not \(asked): leave --seed out, or take another --data"
    case .devices(let app, let stored, let asked):
      "the app '\(app)' has \(stored) devices, not \(asked): say --devices \(stored), or take another --data"
    case .endless(let app):
      "the app '\(app)' is there already, with days that are made as they are asked for: take another --data"
    case .imported(let app): "the app '\(app)' holds imported files: nothing is generated beside them"
    case .generated(let app):
      "the app '\(app)' holds generated data: files are imported into an app of their own, or another --data"
    case .unfinished(let app): "the seed of the app '\(app)' is not finished: repeat 'outhaul cloud seed'"
    }
  }
}
