// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportReport
import Logging

/// Where traces are sent: a collector that takes OTLP/JSON.
public struct TraceEndpoint: Sendable {
  /// Why a collector did not take traces. What stands in headers is in none of them.
  public enum Problem: Error, Sendable, Equatable {
    case address
    /// A part of the headers that is no `name=value`, by its number.
    case header(Int)
    case unreachable(String)
    case refused(status: Int)
    /// It took the request, and left out so many spans.
    case partly(rejected: Int64, String)
  }

  /// For one request.
  static let requestTime: Duration = .seconds(10)
  /// For all of them.
  static let wholeTime: Duration = .seconds(60)

  private let url: String
  private let headers: [(name: String, value: Secret)]

  /// - Parameters:
  ///   - base: `https://collector.example:4318`; `/v1/traces` is added to it where it does not stand there.
  ///   - headers: as `OTEL_EXPORTER_OTLP_HEADERS` has them: `name=value,name=value`, percent-encoded.
  /// - Throws: `Problem`.
  public init(_ base: String, headers: String? = nil) throws {
    let path = "/v1/traces"
    let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
    guard let sign = trimmed.range(of: "://"), ["http", "https"].contains(trimmed[..<sign.lowerBound].lowercased()),
      case let rest = trimmed[sign.upperBound...], !rest.isEmpty, !rest.hasPrefix("/"),
      !rest.contains(where: { "@?# ".contains($0) || $0.asciiValue == nil })
    else { throw Problem.address }
    url = trimmed.hasSuffix(path) ? trimmed : trimmed + path
    self.headers = try Self.parse(headers ?? "")
  }

  /// Sends all spans of a run, in requests of a bounded size. Sent again, spans have the same identifiers.
  /// - Returns: how many requests it took.
  /// - Throws: `Problem`; what was sent before has been taken. `CancellationError`.
  @discardableResult
  public func send(_ report: RunReport, by transport: some HTTPTransport) async throws -> Int {
    var count = 0
    let end = ContinuousClock.now + Self.wholeTime
    for body in TraceRequests(report) {
      var request = HTTPRequest(
        "POST", url, headers: [("Content-Type", "application/json")] + headers.map { ($0.name, $0.value.reveal()) },
        body: body)
      let rest = end - ContinuousClock.now
      guard rest > .zero else { throw Problem.unreachable("not everything was taken within \(Self.wholeTime)") }
      request.timeLimit = min(rest, Self.requestTime)
      try check(try await answer(to: request, transport))
      count += 1
    }
    return count
  }

  /// As `send(_:by:)`, over the network.
  public func send(_ report: RunReport, environment: [String: String], logger: Logger) async throws {
    let transport = AsyncHTTPTransport(program: report.program, environment: environment, logger: logger)
    do {
      try await send(report, by: transport)
      try await transport.shutdown()
    } catch {
      try? await transport.shutdown()
      throw error
    }
  }

  // MARK: Parts

  private func answer(to request: HTTPRequest, _ transport: some HTTPTransport) async throws -> HTTPResponse {
    do {
      return try await transport.send(request, limit: 1 << 20)
    } catch let error as TransportError {
      throw Problem.unreachable(error.message)
    }
  }

  private func check(_ response: HTTPResponse) throws {
    guard (200..<300).contains(response.head.status) else { throw Problem.refused(status: response.head.status) }
    guard let partial = response.json?["partialSuccess"] else { return }
    // Numbers of 64 bits are texts in OTLP/JSON; some collectors send numbers all the same.
    let rejected = partial["rejectedSpans"]?.string.flatMap { Int64($0) } ?? partial["rejectedSpans"]?.int ?? 0
    if rejected > 0 { throw Problem.partly(rejected: rejected, partial["errorMessage"]?.string ?? "") }
  }

  private static func parse(_ text: String) throws -> [(name: String, value: Secret)] {
    var headers: [(name: String, value: Secret)] = []
    for (index, part) in text.split(separator: ",").enumerated() {
      let part = part.trimmingBlanks
      guard !part.isEmpty else { continue }
      guard let equals = part.firstIndex(of: "="), equals > part.startIndex,
        case let name = part[..<equals].trimmingBlanks, name.utf8.allSatisfy(isToken),
        let value = PercentEncoding.decode(part[part.index(after: equals)...].trimmingBlanks),
        value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
      else { throw Problem.header(index + 1) }
      headers.append((String(name), Secret(value)))
    }
    return headers
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  fileprivate var trimmingBlanks: SubSequence {
    var rest = self[...]
    while rest.first == " " { rest = rest.dropFirst() }
    while rest.last == " " { rest = rest.dropLast() }
    return rest
  }
}
