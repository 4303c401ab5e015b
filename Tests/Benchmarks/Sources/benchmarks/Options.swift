// SPDX-License-Identifier: Apache-2.0

/// What the command line says.
struct Options {
  /// How much is measured.
  enum Size { case smoke, quick, full }

  static let help = """
    usage: Tests/Benchmarks/run.sh [--quick | --smoke] [--runs N] [--json FILE] [--markdown FILE] [--compare FILE]

      --quick          plans of 10,000 and 100,000 jobs only
      --smoke          1,000 jobs, once, with the debug build: whether everything runs, not how fast
      --runs N         runs of each row; its figures are medians (5; --smoke: 1)
      --json FILE      writes the results, for --compare
      --markdown FILE  writes the table for a document
      --compare FILE   adds the ratio of each figure to that of earlier results

    Budgets are printed and never enforced: the status is 0 unless a command fails.
    """

  var size = Size.full
  var runs = 5
  var binary = ""
  /// Of what is measured from inside.
  var engine = ""
  var json: String?
  var markdown: String?
  var compare: String?
  var wantsHelp = false

  /// - Throws: `Failure` for what is not known.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(of name: String) throws -> String {
      guard let value = rest.popFirst() else { throw Failure("\(name) needs a value") }
      return value
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--quick": size = .quick
      case "--smoke": (size, runs) = (.smoke, 1)
      case "--binary": binary = try value(of: argument)
      case "--engine": engine = try value(of: argument)
      case "--json": json = try value(of: argument)
      case "--markdown": markdown = try value(of: argument)
      case "--compare": compare = try value(of: argument)
      case "--runs":
        guard let number = Int(try value(of: argument)), number > 0 else { throw Failure("--runs needs a number") }
        runs = number
      case "-h", "--help": wantsHelp = true
      default: throw Failure("unknown argument '\(argument)'\n\(Self.help)")
      }
    }
    guard wantsHelp || !(binary.isEmpty || engine.isEmpty) else {
      throw Failure("--binary or --engine is missing; Tests/Benchmarks/run.sh gives them")
    }
  }
}

/// Why nothing can be measured.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
