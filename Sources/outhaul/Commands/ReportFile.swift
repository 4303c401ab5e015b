// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation

/// A file outside of a run's folder that a report goes to. A link leads to it, and stays; a pipe and a device are written
/// to, and stay as well.
struct ReportFile {
  private static let linksMost = 32

  private let path: String

  init(_ path: String) { self.path = path }

  /// Refuses what is read, and what is no report: manifests, plans, the state.
  /// - Throws: `ValidationError`.
  func refuseOther(_ option: String, besides project: Project? = nil, state: URL) throws {
    guard let identity = FileIdentity(path), identity.isFile else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: state.path)) ?? []
    let read = (project?.sources ?? []) + names.map { state.appendingPathComponent($0).path }
    let isOwn = read.contains { FileIdentity($0) == identity } || PlanFile.isPlan(at: path) || isManifest
    guard !isOwn else {
      throw ValidationError("\(option) '\(path)' would write over a file that is no report; name another file")
    }
  }

  /// A file is replaced as a whole, so that nobody reads half of it.
  /// - Parameters:
  ///   - limit: how long what is no file may take nothing; `nil`: a reader is waited for.
  ///   - body: writes the report, piece by piece.
  func write(within limit: Duration? = nil, _ body: (@escaping ReportFormat.Sink) throws -> Void) throws {
    if let identity = FileIdentity(path), !identity.isFile { return try pour(within: limit, body) }
    try WholeFile.write(to: try target(), body)
  }

  // MARK: Parts

  /// As it begins: a key of YAML, or a member of JSON.
  private var isManifest: Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let head = String(decoding: (try? file.read(upToCount: 1 << 16)) ?? Data(), as: UTF8.self)
    return head.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("manifest:") }
      || head.filter { !$0.isWhitespace }.hasPrefix(#"{"manifest":"#)
  }

  /// Where links lead to, whether or not there is a file yet.
  private func target() throws -> URL {
    var url = URL(fileURLWithPath: path)
    for _ in 0..<Self.linksMost {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) else { return url }
      url = URL(fileURLWithPath: next, relativeTo: url.deletingLastPathComponent()).absoluteURL
    }
    throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
  }

  /// Into what is no file.
  private func pour(within limit: Duration?, _ body: (@escaping ReportFormat.Sink) throws -> Void) throws {
    let descriptor = open(path, O_WRONLY | O_NOCTTY | (limit == nil ? 0 : O_NONBLOCK))
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    defer { close(descriptor) }
    try body { bytes in
      switch DescriptorWriter.write(bytes, to: descriptor, within: limit) {
      case .written: return
      case .gone: throw POSIXError(.EPIPE)
      case .late: throw POSIXError(.ETIMEDOUT)
      case .failed(let reason): throw POSIXError(POSIXErrorCode(rawValue: reason) ?? .EIO)
      }
    }
  }
}
