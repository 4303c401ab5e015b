// SPDX-License-Identifier: Apache-2.0

/// What the command line says.
struct StandInOptions {
  static let usage = """
    usage: stand-in [--task-time MS] [--rows N] [--page N]
           stand-in load ADDRESS [--requests N] [--connections N] [--kind submit|poll|file]
           stand-in round-trip ADDRESS [--requests N]

      --task-time MS   how long a task takes (0: it is done at the first look)
      --rows N         rows of each file (10)
      --page N         names on a page of the container's listing (5000)

    Its first line is its address. It ends with its standard input, where that is a pipe, or with SIGTERM, and then
    prints what it was asked as JSON, as GET /_counts does meanwhile. A container is any path: ADDRESS/ACCOUNT/CONTAINER.
    `load` asks it the same again and again over all connections at once, `round-trip` sends single bytes to and fro; both
    print what came of it as JSON.
    """

  var taskTime = 0
  var rows = 10
  var page = 5000

  /// - Throws: `Refusal` for what is not known.
  init(_ arguments: ArraySlice<String>) throws {
    var rest = arguments
    while let argument = rest.popFirst() {
      guard let text = rest.popFirst(), let number = Int(text), number >= 0 else { throw Refusal(Self.usage) }
      switch argument {
      case "--task-time": taskTime = number
      case "--rows": rows = number
      case "--page": page = max(1, number)
      default: throw Refusal(Self.usage)
      }
    }
  }
}
