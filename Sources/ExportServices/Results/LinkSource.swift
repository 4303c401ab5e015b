// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// `links`: the service gives an address for each file. They are secrets and live short: the list is asked for when
/// the files are, and once more for a file whose address is refused.
struct LinkSource: ArtifactSource {
  let service: DescribedService
  let rule: LinkResult
  let scope: Scope
  let task: TaskReference

  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    var links = try await self.links()
    var index = 0
    var isRenewed = false
    while index < links.count {
      do {
        try await hand(links[index], consume)
        (index, isRenewed) = (index + 1, false)
      } catch let refusal as RefusedLink {
        guard !isRenewed else { throw refusal.error }
        let renewed = try await self.links()
        guard renewed.map(\.file) == links.map(\.file) else {
          throw ServiceError(.again, "\(name): the list of files changed while they were fetched")
        }
        (links, isRenewed) = (renewed, true)
      }
    }
  }

  private var name: String { service.description.traits.name }

  // MARK: The list

  private func links() async throws -> [FileLink] {
    let (answer, requestID): (Answer, String)
    if let call = rule.call {
      (answer, requestID) = try await service.call(try service.fill(call, scope), .fetch)
    } else {
      let poll = try service.fill(service.description.poll, service.scope(of: task))
      (answer, requestID) = try await service.call(poll, .poll)
    }
    guard let items = items(in: answer) else {
      throw ServiceError(
        .again, "\(name): the answer lists no files (request \(requestID))", status: answer.head.status,
        requestID: requestID)
    }
    return try items.map { try FileLink($0, rule, requestID) }
  }

  /// The elements of the list, or the one there is; `nil` when the answer has no place for them.
  private func items(in answer: Answer) -> [JSONValue]? {
    if let items = rule.each.elements(in: answer) { return items.map(\.json) }
    return rule.each.value(in: answer).map { $0 == .null ? [] : [$0] }
  }

  // MARK: A file

  /// - Throws: `RefusedLink` before anything of the file was handed over, and only then.
  private func hand(_ link: FileLink, _ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    let (url, isOwn) = try address(of: link)
    guard isOwn, rule.proof != LinkResult.Proof.none else { return try await handOpenly(url, link, consume) }
    var isHanded = false
    do {
      try await service.fetch(FilledRequest(method: "GET", url: url)) { answer in
        isHanded = true
        try await consume(link.file.asSent(answer.head), answer.body)
      }
    } catch let error as ServiceError where !isHanded && RefusedLink.statuses.contains(error.status ?? 0) {
      throw RefusedLink(error: error)
    }
  }

  /// Without anything that proves who asks: the address is all that its host wants.
  private func handOpenly(
    _ url: String, _ link: FileLink, _ consume: (FetchedFile, ByteReader) async throws -> Void
  ) async throws {
    var request = HTTPRequest("GET", url, headers: [("Accept", "*/*")])
    request.isLink = true
    do {
      try await service.transport.stream(request) { head, body in
        guard (200..<300).contains(head.status) else { throw refusal(head, link) }
        try await consume(link.file.asSent(head), service.guarded(body, link.requestID))
      }
    } catch let error as TransportError {
      throw ServiceError(
        .again, "\(name): the host of a file: \(error.message) (request \(link.requestID))", requestID: link.requestID)
    }
  }

  /// The host is not the service: its words are not known, and may repeat the address.
  private func refusal(_ head: HTTPHead, _ link: FileLink) -> any Error {
    let kind: ErrorClass =
      switch head.status {
      case 401, 403, 404, 410: .gone
      case 408, 425, 429, 500...: .again
      default: .never
      }
    let error = ServiceError(
      kind, "\(name): the host of a file answered \(head.status) (request \(link.requestID))",
      retryAfter: kind == .again ? head.retryAfter(now: WallClock().now) : nil, status: head.status,
      requestID: link.requestID)
    return kind == .gone ? RefusedLink(error: error) : error
  }

  /// Where a link leads, when it may lead there.
  private func address(of link: FileLink) throws -> (url: String, isOwn: Bool) {
    guard let own = Origin(of: service.base + "/") else {
      throw ServiceError(.never, "\(name): the service's own address cannot be read")
    }
    let isRelative = link.url.hasPrefix("/") && !link.url.hasPrefix("//")
    let url = isRelative ? own.url + link.url : link.url
    guard let origin = Origin(of: url) else { throw refused("is no address that can be asked", link) }
    if origin == own { return (url, true) }
    guard origin.scheme == "https" || own.scheme == "http" else { throw refused("is not https", link) }
    guard rule.hosts.contains(where: { $0.matches(origin.host) }) else {
      throw refused("leads to the host '\(origin.host)', which the description does not list in 'hosts'", link)
    }
    guard rule.proof != .same else {
      throw refused("leads to the host '\(origin.host)', which is not to learn who asks", link)
    }
    return (url, false)
  }

  private func refused(_ what: String, _ link: FileLink) -> ServiceError {
    ServiceError(.never, "\(name): a link \(what) (request \(link.requestID))", requestID: link.requestID)
  }
}

/// The address of a file was refused, or is over.
private struct RefusedLink: Error {
  static let statuses: Set<Int> = [403, 404, 410]

  /// What it comes to when a fresh address is refused as well.
  var error: ServiceError
}
