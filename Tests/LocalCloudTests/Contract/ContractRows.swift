// SPDX-License-Identifier: Apache-2.0

/// Every row of the contract: the documented facts of the retired service, of Azure's tokens and of Azure's storage, with
/// what was chosen where they are silent. A row of the server's has a test in this folder whose name begins with its
/// number; the others say who holds them.
struct ContractRow: Sendable {
  enum Holder: Sendable {
    /// A test in this folder.
    case here
    /// A test of another suite, by its file below `Tests` and a part of its name.
    case elsewhere(String, String)
    /// Nothing that a program can do or leave undone, and why.
    case nothing(String)
  }

  var number: String
  var title: String
  var holder: Holder

  init(_ number: String, _ title: String, _ holder: Holder = .here) {
    (self.number, self.title, self.holder) = (number, title, holder)
  }

  static let all: [ContractRow] = operations + definitions + errors + tokens + files + storage + clients + choices

  // MARK: 1 and 1b: operations

  private static let operations = [
    ContractRow("1.1", "list of tasks"), ContractRow("1.2", "one task"), ContractRow("1.3", "activities"),
    ContractRow("1.4", "crashes"), ContractRow("1.5", "errors"), ContractRow("1.6", "events"),
    ContractRow("1.7", "jobs"), ContractRow("1.8", "sessions"), ContractRow("1.9", "tags"),
    ContractRow("1.10", "tokens"), ContractRow("1.11", "feedback by date"), ContractRow("1.12", "feedback by campaign"),
    ContractRow("1.13", "parameters that all operations have"), ContractRow("1.14", "202 with its Location"),
    ContractRow("1.15", "methods that are not there"), ContractRow("1.16", "a kind in the place of an id"),
    ContractRow("1.17", "$skip"), ContractRow("1.18", "$top"), ContractRow("1.19", "$orderby"),
    ContractRow("1.20", "nextLink"), ContractRow("1b.1", "collections"), ContractRow("1b.2", "apps"),
    ContractRow("1b.3", "campaigns"),
  ]

  // MARK: 2: definitions

  private static let definitions = [
    ContractRow("2.1", "exportState"), ContractRow("2.2", "exportType"), ContractRow("2.3", "exportFormat"),
    ContractRow("2.4", "CampaignType"), ContractRow("2.5", "dates, timestamps and URLs"),
    ContractRow("2.6", "exportTaskParameter"), ContractRow("2.7", "dateRangeExportTaskParameter"),
    ContractRow("2.8", "feedbackByDateRangeParameter"), ContractRow("2.9", "feedbackByCampaignParameter"),
    ContractRow("2.10", "exportTaskResult"), ContractRow("2.11", "exportTaskListResult"),
    ContractRow("2.12", "ApiError"), ContractRow("2.13", "exportOptions"),
  ]

  // MARK: 3: errors and throttling

  private static let errors = [
    ContractRow("3.1", "the form of an error"), ContractRow("3.2", "401"), ContractRow("3.3", "403"),
    ContractRow("3.4", "400 of queries and paths"), ContractRow("3.5", "404"),
    ContractRow("3.6", "409", .nothing("no subscription of the local cloud is without the provider")),
    ContractRow("3.7", "415 and 400 of bodies"), ContractRow("3.8", "429"), ContractRow("3.9", "5xx"),
    ContractRow("3.10", "calls that are left"), ContractRow("3.11", "headers of every answer"),
    ContractRow("3.12", "the Location is the task itself"),
  ]

  // MARK: 4: authentication

  private static let tokens = [
    ContractRow("4.1", "version 1"), ContractRow("4.2", "version 2, discovery and errors"),
    ContractRow("4.3", "assertions"), ContractRow("4.4", "managed identities"),
    ContractRow(
      "4.5", "the order of DefaultAzureCredential",
      .elsewhere("ExportHTTPTests/AzureDefaultTests.swift", "the first way that is set up is gone")),
  ]

  // MARK: 5: output files

  private static let files = [
    ContractRow("5.1", "where files are written", .nothing("undocumented; chosen in 8.1 and 8.21")),
    ContractRow("5.2", "the JSON of each export"),
    ContractRow("5.3", "Device", .nothing("in no published contract; chosen in 8.8")),
    ContractRow("5.4", "limits of the data"),
  ]

  // MARK: 6: Azure Blob storage

  private static let storage = [
    ContractRow("6.1.1", "service signatures of every version"), ContractRow("6.1.2", "account signatures"),
    ContractRow("6.1.3", "user delegation signatures"), ContractRow("6.1.4", "letters that operations need"),
    ContractRow("6.1.5", "refusals"), ContractRow("6.2", "Shared Key"),
    ContractRow("6.3.1", "headers of every answer"), ContractRow("6.3.2", "errors and their codes"),
    ContractRow("6.4.1", "Create Container"), ContractRow("6.4.2", "Get Container Properties"),
    ContractRow("6.4.3", "Delete Container"), ContractRow("6.4.4", "List Blobs"), ContractRow("6.4.5", "Put Blob"),
    ContractRow("6.4.6", "Put Block"), ContractRow("6.4.7", "Put Block List"), ContractRow("6.4.8", "Get Block List"),
    ContractRow("6.4.9", "Get Blob"), ContractRow("6.4.10", "Head Blob"), ContractRow("6.4.11", "Delete Blob"),
    ContractRow("6.4.12", "Set Blob Properties, Metadata and Tier"), ContractRow("6.4.13", "limits of size"),
    ContractRow("6.4.14", "a blob is replaced whole, and blocks that wait end"), ContractRow("6.4.15", "names"),
    ContractRow("6.4.16", "the list's XML"), ContractRow("6.4.17", "conditions"),
    ContractRow("6.4.18", "MD5 and CRC-64"),
    ContractRow(
      "6.5.1", "what the Azure client for Python sends",
      .elsewhere("OuthaulTests/AzureClientTests.swift", "the official storage client cannot tell it")),
    ContractRow("6.5.2", "what rclone sends", .elsewhere("OuthaulTests/RcloneTests.swift", "rclone copies")),
  ]

  // MARK: 7: existing clients

  private static let clients = [
    ContractRow("7.1", "blanks of a query as the client for Go writes them"),
    ContractRow("7.2", "errors that the client for Ruby can read"),
  ]

  // MARK: 8: what was chosen

  private static let choices = [
    ContractRow("8.1", "names of blobs"), ContractRow("8.2", "parts"), ContractRow("8.3", "no compression"),
    ContractRow("8.4", "the text of JSON"), ContractRow("8.5", "tags"), ContractRow("8.6", "crashes"),
    ContractRow("8.7", "errors"), ContractRow("8.8", "devices"), ContractRow("8.9", "CSV"),
    ContractRow("8.10", "timestamps"), ContractRow("8.11", "ids"), ContractRow("8.12", "endDate"),
    ContractRow("8.13", "the window of campaigns"), ContractRow("8.14", "codes of errors"),
    ContractRow("8.15", "what is refused, and what is not looked at"), ContractRow("8.16", "nextLink"),
    ContractRow("8.17", "the default order"), ContractRow("8.18", "Location and Retry-After"),
    ContractRow("8.19", "states"), ContractRow("8.20", "containerUrl"), ContractRow("8.21", "the order of writing"),
    ContractRow("8.22", "secrets"), ContractRow("8.23", "no request is like another"),
    ContractRow("8.24", "running tasks, and how long tasks are kept"),
    ContractRow(
      "8.25", "how a client polls",
      .elsewhere("ExportRunTests/PolicyTests.swift", "intervals between polls grow to their bound")),
    ContractRow("8.26", "whose tokens are taken"), ContractRow("8.27", "throttling on demand"),
    ContractRow("8.28", "exportUserId"),
  ]
}
