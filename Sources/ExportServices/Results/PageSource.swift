// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `pages`: one file for each page, until an answer has no cursor for the next.
struct PageSource: ArtifactSource {
  /// Pages of one result that are read at most.
  static let pageLimit = 10_000

  let service: DescribedService
  let rule: PageResult
  let scope: Scope

  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    var cursor: String?
    var asked: Set<String> = []
    for number in 1...Self.pageLimit {
      cursor = try await page(number, cursor, consume)
      guard let cursor else { return }
      guard asked.insert(cursor).inserted else {
        throw ServiceError(.never, "the pages of the result go round in a circle")
      }
    }
    throw ServiceError(.never, "the result has more than \(Self.pageLimit) pages")
  }

  /// - Returns: the cursor of the next page.
  private func page(
    _ number: Int, _ cursor: String?, _ consume: (FetchedFile, ByteReader) async throws -> Void
  ) async throws -> String? {
    var scope = scope
    scope.page = ["number": .int(Int64(number))]
    scope.page["cursor"] = cursor.map { .string($0) }
    var next: String?
    try await service.fetch(try service.fill(rule.call, scope)) { answer in
      let head = Answer(AnswerItem(json: .null), head: answer.head)
      var file = FetchedFile(name: rule.name?.text(scope.value) ?? "page \(number)")
      file.rows = try rule.count.map { Int64(try told($0.count(in: head), "how many rows it has", answer.requestID)) }
      guard case .body(let pointer) = rule.cursor else {
        next = rule.cursor.text(in: head)
        // Where the end has words, silence is not the end, unless it is one of them.
        if !rule.ends.isEmpty, !rule.ends.contains("") { _ = try told(next, "how it goes on", answer.requestID) }
        return try await consume(file, answer.body)
      }
      var watch = PointerWatch(pointer)
      let watched = ByteReader {
        let chunk = try await answer.body.next()
        if let chunk { watch.take(chunk) }
        return chunk
      }
      try await consume(file, watched)
      // What says how it goes on may stand at the end.
      while try await watched.next() != nil {}
      guard watch.end() else {
        throw ServiceError(
          .again, "a page is not JSON, and does not say how it goes on (request \(answer.requestID))",
          requestID: answer.requestID)
      }
      next = watch.text
    }
    return next.flatMap { $0.isEmpty || rule.ends.contains($0) ? nil : $0 }
  }

  /// - Throws: when a page lacks what every page tells: a page of something else, as a gateway answers while the
  ///   service is away.
  private func told<Value>(_ value: Value?, _ what: String, _ requestID: String) throws -> Value {
    guard let value else {
      throw ServiceError(
        .again, "a page of the result does not say \(what) (request \(requestID))", requestID: requestID)
    }
    return value
  }
}
