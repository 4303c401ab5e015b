// SPDX-License-Identifier: Apache-2.0

/// What the command line says of a load.
struct LoadOptions {
  /// Of the stand-in.
  let port: Int
  var requests = 100_000
  var connections = 64
  var kind = LoadGenerator.Kind.poll

  /// - Throws: `Refusal` for what is not known.
  init(_ arguments: ArraySlice<String>) throws {
    var rest = arguments
    guard let address = rest.popFirst(), let port = address.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw Refusal(StandInOptions.usage)
    }
    self.port = port
    while let argument = rest.popFirst() {
      guard let text = rest.popFirst() else { throw Refusal(StandInOptions.usage) }
      switch (argument, Int(text), LoadGenerator.Kind(rawValue: text)) {
      case ("--requests", let number?, _) where number > 0: requests = number
      case ("--connections", let number?, _) where number > 0: connections = number
      case ("--kind", _, let kind?): self.kind = kind
      default: throw Refusal(StandInOptions.usage)
      }
    }
  }
}
