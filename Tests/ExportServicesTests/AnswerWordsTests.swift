// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// What is told of an answer that is not the one that was hoped for: classified, in the service's words, bounded, and
/// with the request's id.
@Suite struct AnswerWordsTests {
  private typealias Small = SmallService

  private static let long = String(repeating: "x", count: 5_000)

  @Test(arguments: [
    (#"{"error":{"code":"BadRequest","message":"no such day"}}"#, "BadRequest: no such day"),
    (#"{"error":{"code":"Busy"}}"#, "Busy"),
    (#"{"error":"invalid_client","error_description":"AADSTS7"}"#, "invalid_client: AADSTS7"),
    (#"{"message":"too many"}"#, "too many"), (#"{"errorMessage":"no such object"}"#, "no such object"),
    (#"{"errors":[{"code":1029,"message":"too many jobs"},{"message":"b"}]}"#, "1029: too many jobs"),
    (#"{"errors":["not a list"]}"#, "not a list"),
    (#"[{"errorCode":"MALFORMED_QUERY","message":"unexpected token"}]"#, "MALFORMED_QUERY: unexpected token"),
    (#"{"__type":"LimitExceededException","message":"one at a time"}"#, "LimitExceededException: one at a time"),
    ("a plain\nsecond", "a plain"), ("<html><body>Bad Gateway", "with a page instead of JSON"),
    ("", "without a reason"),
    ("  \n ", "without a reason"), (#"{"error":{"code":"Bad"#, "with JSON that is cut off or broken"),
    ("[1,2", "with JSON that is cut off or broken"), ("{}", "with JSON that names no reason"),
    ("{\"message\":\"a\\nb\\tc\"}", "a b c"), (#"{"message":"\#(long)"}"#, String(long.prefix(300))),
  ])
  func `a refusal has the service's own words`(body: String, words: String) async throws {
    let small = try Small([ScriptedTransport.json(400, body)])

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    let id = try #require(error.requestID)
    #expect(error.message == "400 \(words) (request \(id))")
    #expect(small.transport.sent[0].headers.contains { $0 == ("x-ms-client-request-id", id) })
  }

  @Test(arguments: [
    ("<Error><Code>NoSuchJob</Code><Message>It is gone</Message></Error>", "NoSuchJob: It is gone"),
    (
      "<ErrorResponse xmlns='u'><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate</Message></Error></ErrorResponse>",
      "Throttling: Rate"
    ),
    ("<Error><Code>401</Code></Error>", "401"), ("<html><p>Oops</p></html>", "with a page instead of JSON"),
  ])
  func `of XML it is code and message, wherever they stand together`(body: String, words: String) async throws {
    let small = try Small([ScriptedTransport.json(400, body)]) {
      $0.state = "{from: xml:/Job/State, done: [ok]}"
    }

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.message.hasPrefix("400 \(words) (request "))
  }

  @Test(
    arguments: [
      (Array("{\"error\":{\"message\":\"".utf8) + [0xE9] + Array("\"}}".utf8), "application/json; charset=ISO-8859-1"),
      ([0xEF, 0xBB, 0xBF] + Array(#"{"error":{"message":"é"}}"#.utf8), "application/json"),
      (
        [0xFF, 0xFE] + Array(#"{"error":{"message":"é"}}"#.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
        "application/json"
      ),
      (
        [0xFE, 0xFF] + Array(#"{"error":{"message":"é"}}"#.utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
        "text/plain"
      ),
      (
        Array(#"{"error":{"message":"é"}}"#.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
        "text/json; charset=\"utf-16le\""
      ),
    ] as [([UInt8], String)])
  func `a body in another set of characters is read`(bytes: [UInt8], type: String) async throws {
    let small = try Small([{ _ in HTTPResponse(HTTPHead(status: 400, headers: [("Content-Type", type)]), body: bytes) }]
    )

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.message.hasPrefix("400 é (request "))
  }

  @Test(arguments: [
    ("", "the answer to the poll shows no task: it came without a reason"),
    ("<html>", "the answer to the poll shows no task: it came with a page instead of JSON"),
    (#"{"state":"#, "the answer to the poll shows no task: it came with JSON that is cut off or broken"),
    (#"{"error":{"code":"E7","message":"inside"}}"#, "the answer to the poll shows an error and no state: E7: inside"),
    ("null", "the answer to the poll shows no task: it came with JSON that names no reason"),
  ])
  func `a good status with something else inside is a failed look that may pass`(
    body: String, message: String
  ) async throws {
    let small = try Small([ScriptedTransport.json(200, body)])

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.kind == .again)
    #expect(error.message.hasPrefix("\(message) (request "), "\(error.message)")
    #expect(error.status == 200)
  }

  @Test(arguments: ["", "<html>", #"{"id":"#, #"{"error":{"code":"E7","message":"inside"}}"#, #"{"id":""}"#, "[]"])
  func `a yes to a submit that names no task may have made one`(body: String) async throws {
    let small = try Small([ScriptedTransport.json(201, body)])

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }

    #expect(error.isLost)
    #expect(error.requestID != nil)
  }

  @Test func `a refusal tells how many calls are left`() async throws {
    let small = try Small([ScriptedTransport.json(429, "{}", [("X-Left", "0"), ("Retry-After", "7")])]) {
      $0.limits = "{active: 2, remaining: header:X-Left}"
    }

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.remaining == 0)
    #expect(error.retryAfter == .seconds(7))
  }

  @Test(
    arguments: [
      ("header:X-Wait", [("X-Wait", "9"), ("Retry-After", "1")], "{}", 9), ("body:/wait", [], #"{"wait":12}"#, 12),
      ("body:/wait", [], #"{"wait":"soon"}"#, nil), ("body:/wait", [], #"{"wait":9999999}"#, 86_400),
      ("body:/wait", [], "{}", nil),
    ] as [(String, [(String, String)], String, Int?)])
  func `how long to wait is said where the description says`(
    pick: String, headers: [(String, String)], body: String, seconds: Int?
  ) async throws {
    let small = try Small([ScriptedTransport.json(429, body, headers.map { (name: $0.0, value: $0.1) })]) {
      $0.refusals = "[{status: [429], means: busy, wait: \(pick)}]"
    }

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.retryAfter == seconds.map { .seconds($0) })
  }
}
