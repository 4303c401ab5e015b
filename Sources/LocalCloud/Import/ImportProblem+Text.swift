// SPDX-License-Identifier: Apache-2.0

extension ImportProblem.Reason {
  var sentence: String {
    switch self {
    case .noBytes: "the file is empty: an export without rows is [] or a line of columns"
    case .unreadable: "the file cannot be read"
    case .compressed: "the file is compressed: gunzip it first"
    case .ends(let expected): "the file ends early: expected \(expected)"
    case .unexpected(let found, let expected): "found \(found), expected \(expected)"
    case .number(let text): "'\(text)' is no number of JSON"
    case .escape: "an escape in a text is none of JSON's"
    case .control: "a text holds a control character, which JSON wants escaped"
    case .encoding: "the bytes are not UTF-8"
    case .tooDeep(let limit): "values are nested deeper than \(limit)"
    case .tooLong(let limit): "a row is longer than \(limit >> 20) MiB"
    case .notRows(let found): "found \(found), expected an array of rows or one row per line"
    case .noDataset(let candidates) where !candidates.isEmpty:
      "the columns fit \(candidates.map(\.word).joined(separator: ", ")): say which with --dataset"
    case .noDataset: "the rows are of no known dataset"
    case .noRows: "there are no rows that tell the dataset: say --dataset"
    case .missing(let member): "'\(member)' is missing"
    case .wrongType(let member, let expected): "'\(member)' is no \(expected)"
    case .time(let member, let text): "'\(member)' is no time: '\(text)'"
    case .noTime(let members): "there is no \(members), so the row belongs to no day"
    case .campaignKind(let text):
      "'campaignType' is '\(text)', expected \(DeviceGenerator.campaignKinds.joined(separator: ", "))"
    case .twice(let column): "the column '\(column)' stands there twice"
    case .cells(let found, let expected): "found \(found) cells, expected \(expected)"
    case .quote: "a quote stands in the middle of a cell: quoted cells double it"
    case .otherDataset(let found, let expected): "the rows are of \(found.word), not of \(expected.word)"
    case .partMissing(let name): "the manifest names '\(name)', which is not there"
    case .partOutside(let name): "the manifest names '\(name)', which is not beside it"
    case .apps(let app): "the file is of the app '\(app)', which no --app names"
    case .noApp: "the file does not tell its app: say --app COLLECTION/NAME"
    case .dataOfOthers(let app):
      "the app '\(app)' holds generated data: import into an app of its own, or another --data"
    case .brokenSnapshot(let part): "left out, because '\(part)' of the same snapshot is bad"
    }
  }
}
