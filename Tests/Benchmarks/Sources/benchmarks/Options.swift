// SPDX-License-Identifier: Apache-2.0

/// What the command line says.
struct Options {
  /// How much is measured.
  enum Size { case smoke, quick, full }

  /// What is measured.
  enum Part: String, CaseIterable { case plans, runs, inside }

  static let help = """
    usage: Tests/Benchmarks/run.sh [--quick | --smoke] [--part plans|runs|inside] [--runs N] [--most S]
                                   [--json FILE] [--markdown FILE] [--compare FILE]

      --quick          plans of 10,000 and 100,000 jobs, runs of 1,000 and 10,000 only
      --smoke          few jobs, once, with the debug build: whether everything runs and adds up, not how fast
      --part PART      plans: start-up, plans, YAML; runs: runs against the stand-in, their reports; inside: the engine from
                       inside; all three unless said
      --runs N         runs of each row; its figures are medians (3; --smoke: 1); fewer where they would take more than
                       12 s together
      --most S         runs against the stand-in that would take more than so many seconds are left out (60): by their
                       tasks alone, or by the rate of the smaller one before; the table tells which. Tasks of 2 s with 64
                       in flight are 31 s of the service's own for 1,000 jobs, 5 minutes for 10,000 and 52 for 100,000;
                       with 1,024 in flight 2 s, 20 s and 196 s
      --json FILE      writes the results, for --compare
      --markdown FILE  writes the table for a document
      --compare FILE   adds the ratio of each figure to that of earlier results

    Budgets are printed and never enforced: the status is 0 unless a command fails.
    """

  var size = Size.full
  var runs = 3
  var binary = ""
  /// Of what is measured from inside.
  var engine = ""
  /// Of the service and the container that runs are measured against.
  var standIn = ""
  /// The bundled description's file.
  var description = ""
  /// With what the plain script needs; `nil`: it is not run.
  var python: String?
  var script = ""
  var parts = Set(Part.allCases)
  /// Runs that would take longer are left out.
  var rowSeconds = 60.0
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
      case "--stand-in": standIn = try value(of: argument)
      case "--description": description = try value(of: argument)
      case "--python": python = try value(of: argument)
      case "--script": script = try value(of: argument)
      case "--part":
        guard let part = Part(rawValue: try value(of: argument)) else {
          throw Failure("--part needs plans, runs or inside")
        }
        parts = [part]
      case "--json": json = try value(of: argument)
      case "--markdown": markdown = try value(of: argument)
      case "--compare": compare = try value(of: argument)
      case "--most":
        guard let seconds = Double(try value(of: argument)), seconds > 0 else { throw Failure("--most needs seconds") }
        rowSeconds = seconds
      case "--runs":
        guard let number = Int(try value(of: argument)), number > 0 else { throw Failure("--runs needs a number") }
        runs = number
      case "-h", "--help": wantsHelp = true
      default: throw Failure("unknown argument '\(argument)'\n\(Self.help)")
      }
    }
    guard wantsHelp || !([binary, engine, standIn, description].contains("")) else {
      throw Failure("--binary, --engine or another is missing; Tests/Benchmarks/run.sh gives them")
    }
  }
}

/// Why nothing can be measured.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
