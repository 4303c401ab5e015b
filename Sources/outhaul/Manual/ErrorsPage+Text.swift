// SPDX-License-Identifier: Apache-2.0

extension ErrorsPage {
  static let beginning = """
    # Errors and what to do

    Every status that the program ends with, every cause that a job fails for, and every code of a diagnostic. This page
    is made by `outhaul manual errors`; `outhaul explain CODE` prints one entry.
    """

  static let causesBeginning = """
    ## Why jobs fail

    A report tells failures by these causes. A run has tried again by itself before it tells one, where trying again may
    help: as often as `retry` of the manifest and `--retries` allow. <doc:Ledger> says what the next run takes again.
    """

  /// By the first letter of their codes.
  static let families = [
    ("Reading YAML", "Y"), ("Manifests", "M"), ("Plans", "P"), ("Service descriptions", "D"),
  ]
}

extension ExitStatus {
  /// What a person does who is woken by it.
  var advice: String {
    switch self {
    case .done: "Nothing."
    case .difference:
      "Read what is told: a plan to renew, a gap to fill with 'run', files that the next run brings back."
    case .someFailed: "Look at the causes at the end of the output or in the report; then give the same command again."
    case .usage: "Correct the command line; '--help' of the command has it."
    case .invalid: "Correct what is told with file and line; 'outhaul explain CODE' says more."
    case .unreachable: "Check address, network and proxies with 'outhaul doctor'; give the same command again."
    case .internalFault: "Make room on the disk where that is told; else report it with the message."
    case .locked: "Wait for the run that is named, or end it; two runs of one state cannot go on at once."
    case .refused:
      "Renew the secret that is named, or its rights; 'outhaul doctor' says which; give the same command again."
    case .interrupted, .terminated: "Give the same command again: it goes on where this one ended."
    }
  }
}
