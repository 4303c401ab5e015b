// SPDX-License-Identifier: Apache-2.0
import Testing

/// A description of the conformance suite's samples with one thing in it that is wrong, and the check that must say so.
struct BrokenDescription: Sendable, CustomTestStringConvertible {
  var what: String
  var sample: String
  /// Texts of the sample, and what stands there instead.
  var changes: [(String, String)]
  var check: String

  var testDescription: String { what }

  init(_ what: String, _ sample: String, _ changes: (String, String)..., fails check: String) {
    (self.what, self.sample, self.changes, self.check) = (what, sample, changes, check)
  }

  static let all: [BrokenDescription] = submits + states + refusals + recoveries + lists + endings + results + answers

  private static let submits = [
    BrokenDescription(
      "a form that writes over the mark", "crates", ("json: {of: crates}", "json: {of: crates, name: all.csv}"),
      fails: "every dataset is asked for in every form and format"),
    BrokenDescription(
      "every bad request is taken for a task of ours", "ledgers",
      ("{status: [409], xml:/error/code: Taken}", "{status: [400]}"),
      fails: "a request that is refused for good makes no task and is not lost"),
    BrokenDescription(
      "a rule that hides what was only made", "prints",
      ("from: body:/status", "rules: [{when: {body:/status: present}, is: running}]\n  from: body:/status"),
      fails: "a task whose later steps were not sent is set going by the next look"),
  ]

  private static let states = [
    BrokenDescription(
      "a rule that hides the words", "prints",
      ("from: body:/status", "rules: [{when: {body:/status: present}, is: running}]\n  from: body:/status"),
      fails: "every state that means done is read as that"),
    BrokenDescription(
      "a rule that hides another", "ledgers", (#"xml:/export/progress/step: ["1", "2"]"#, "xml:/export: present"),
      fails: "every state that means failed is read as that"),
    BrokenDescription(
      "whatever is not known is done", "mirror",
      ("state: {from: body:/state", "state: {rules: [{when: {body:/state: u*}, is: done}], from: body:/state"),
      fails: "a state that nothing names is held and shown"),
    BrokenDescription(
      "what shows nothing has failed", "ledgers", ("xml:/export/error: present", "xml:/export/progress/step: absent"),
      fails: "a state that nothing names is held and shown"),
  ]

  private static let refusals = [
    BrokenDescription(
      "a refusal that another hides", "prints",
      (
        "- {when: {body:/error/code: TOO_MANY}",
        "- {when: {body:/error/code: '*'}, means: never}\n  - {when: {body:/error/code: TOO_MANY}"
      ),
      fails: "no refusal is hidden by one that stands before it"),
    BrokenDescription(
      "a refusal that no answer can be", "prints",
      ("{body:/error/code: TOO_MANY}", "{body:/error: absent, body:/error/code: TOO_MANY}"),
      fails: "no refusal is hidden by one that stands before it"),
    BrokenDescription(
      "a refusal in the body of an answer that has none", "prints",
      ("{body:/error/code: TOO_MANY}", "{status: [204], body:/error/code: TOO_MANY}"),
      fails: "every refusal has its class, its pause and a request id"),
    BrokenDescription(
      "a credential that is refused for good", "prints",
      ("{status: [401], means: login}", "{status: [401], means: never}"),
      fails: "a credential that is refused is proved once more, and then told"),
  ]

  private static let recoveries = [
    BrokenDescription(
      "a token that only one dataset sends", "prints", (#", token: "${job.token}""#, ""),
      ("{rolls: all}", #"{rolls: all, token: "${job.token}"}"#),
      fails: "the same order sent again makes no second task"),
    BrokenDescription(
      "a name that only one dataset sends", "crates",
      (#", name: "${job.name}.csv"}"#, "}"), ("  id: body:/id\n", ""),
      (
        "crate: {kind: snapshot, forms: [{json: {of: crates}}]}",
        #"crate: {kind: snapshot, forms: [{json: {of: crates}}]}"# + "\n"
          + #"  box: {kind: snapshot, forms: [{json: {of: boxes, name: "${job.name}.csv"}}]}"#
      ),
      (#"{class: marked, mark: /name, value: "${job.name}.csv"}"#, #"{class: named, id: "${job.name}.csv"}"#),
      fails: "another attempt is another task"),
    BrokenDescription(
      "a mark at the place of the id", "crates", ("mark: /name", "mark: /id"),
      fails: "a task whose answer was lost is found again"),
    BrokenDescription(
      "a time at the place of the id", "mirror",
      ("id: /id, created: /since}\n  same", "id: /id, created: /id}\n  same"),
      fails: "a task of others, or of long before, is not taken for ours"),
    BrokenDescription(
      "the one task in a header", "mirror",
      ("path: /mirror, task: body:/mirror, id", "path: /mirror, task: header:X-Mirror, id"),
      fails: "a task that was never made is not found"),
  ]

  private static let lists = [
    BrokenDescription(
      "a next page that is a task", "ledgers", ("next: xml:/exports/next", "next: xml:/exports/export/name"),
      fails: "the list tells of many tasks over several pages"),
    BrokenDescription(
      "a cursor that is taken for the end", "prints", ("ends: [end]", "ends: [end, cursor-1]"),
      fails: "the list tells of many tasks over several pages"),
    BrokenDescription(
      "a next page where there is none", "crates", ("next: body:/next", "next: body:/crates/0/id"),
      fails: "a lost task is found on the last page, and a page that fails is no end"),
  ]

  private static let endings = [
    BrokenDescription(
      "a rule that hides the stop", "mirror",
      ("state: {from: body:/state", "state: {rules: [{when: {body:/state: off}, is: running}], from: body:/state"),
      fails: "a task that is stopped is told to be at its end"),
    BrokenDescription(
      "a stop that is always tried again", "mirror",
      ("refusals:\n", "refusals:\n  - {status: [400], on: [cancel], means: again}\n"),
      fails: "stopping a task that is done tells that it is done"),
    BrokenDescription(
      "nothing says which task is taken away", "mirror",
      (#"tidy: {method: DELETE, path: "/mirror/${task.id|urlpath}""#, "tidy: {method: DELETE, path: /mirror/all"),
      fails: "a task is taken away, and taken away again without a word"),
  ]

  private static let results = [
    BrokenDescription(
      "one place for all files", "crates", (#"names: ["${job.name}.csv"]"#, "prefix: all/"),
      fails: "two tasks do not share a place for their files"),
    BrokenDescription(
      "a page that is taken for the last", "prints", ("ends: [none]", "ends: [none, cursor-1]"),
      fails: "every file of a result is handed over, byte for byte"),
    BrokenDescription(
      "a size that is none", "ledgers", ("link: /url", "link: /url\n  bytes: /url"),
      fails: "every file of a result is handed over, byte for byte"),
  ]

  private static let answers = [
    BrokenDescription(
      "what has no state is done", "crates",
      ("state: {from: body:/state", "state: {rules: [{when: {body:/state: absent}, is: done}], from: body:/state"),
      fails: "a look that is answered in a way that cannot be read ends no task"),
    BrokenDescription(
      "a stop that is said by what is missing", "ledgers",
      ("xml:/export/progress/stopped: present", "xml:/export/progress: absent"),
      fails: "a stop that is answered in a way that cannot be read ends no task"),
    BrokenDescription(
      "an id that is a status", "mirror", ("id: body:/mirror/id}", #"id: [body:/mirror/id, "status:"]}"#),
      fails: "a submit that is answered in a way that cannot be read may have made a task"),
    BrokenDescription(
      "any page is a list without tasks", "ledgers", ("each: xml:/exports/export", "each: xml:/export"),
      fails: "a list or a lookup that cannot be read is not read as no task"),
    BrokenDescription(
      "any page is a list without files", "ledgers", ("each: xml:/files/file", "each: xml:/file"),
      fails: "a list of files that cannot be read is an error"),
    BrokenDescription(
      "the service is called as its secret", "ledgers", ("service: ledgers", "service: canary-password-d4"),
      fails: "no secret is repeated, whatever the service repeats"),
    BrokenDescription(
      "a fact that is whatever the service says", "mirror", ("datasets:\n", "facts: {said: body:/why}\ndatasets:\n"),
      fails: "no secret is repeated in what is told of a task"),
    BrokenDescription(
      "a rule that hides what is still to be sent", "prints",
      ("from: body:/status", "rules: [{when: {body:/status: present}, is: running}]\n  from: body:/status"),
      fails: "a step after the task that cannot be read is sent again"),
  ]
}
