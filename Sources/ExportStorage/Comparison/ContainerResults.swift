// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// Results in a container of Azure Blob storage, by a signature that permits listing and reading.
public struct ContainerResults: ResultSource {
  /// A manifest is not longer than 16 MiB.
  private static let documentLimit = 16 << 20

  private let container: BlobContainer
  /// The container's URL, without the signature.
  public let name: String
  public let isRecord = false

  /// - Parameter url: of the container, with its signature.
  /// - Throws: `StoreError.refused` when the signature cannot do that.
  public init(
    url: Secret, transport: any HTTPTransport, clock: @escaping @Sendable () -> Instant
  ) throws {
    let text = url.reveal().trimmingPrefix(#/\s+/#)
    name = String(text.prefix { $0 != "?" && !$0.isNewline }).trimmingSuffix("/")
    let sas = GivenSAS(url)
    if let problem = sas.problem(now: clock(), rights: "rl", url: name) {
      throw StoreError.refused("the signature for \(name) cannot be used: \(problem)")
    }
    container = BlobContainer(url: name, access: .sas(sas), transport: transport, clock: clock)
  }

  public func results() async throws -> FoundResults {
    let blobs = try await container.list(prefix: "")
    var found = FoundResults([])
    let sizes = Dictionary(blobs.map { ($0.name, $0.bytes) }, uniquingKeysWith: { $1 })
    var others = blobs.count
    for blob in blobs where ResultDocument.isDocument(blob.name) {
      others -= 1
      let bytes = try await container.content(of: blob, limit: Self.documentLimit)
      guard var result = ResultDocument(bytes, at: blob.name)?.result else {
        found.results.append(.broken(blob.name, "'\(blob.name)' is no manifest of a result"))
        continue
      }
      others -= result.parts.count
      // What a task left that did not end well is no result, unless there is no other.
      if let broken = result.parts.first(where: { sizes[$0.name] != $0.bytes }) {
        result.condition = .broken("'\(broken.name)' is not as its manifest says")
      }
      found.results.append(result)
    }
    if others > 0 { found.remarks.append("\(Count.words(others, "blob")) of no result") }
    return found
  }

  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    try await container.read(ListedBlob(name: artifact.name, bytes: artifact.bytes)) { try await take($0) }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
