// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Where the files that a manifest includes come from. Paths are relative to the manifest's folder, with `/` between
/// their steps and with `..` only in front; `""` is the folder itself.
public protocol IncludeSource: Sendable {
  /// The manifest's own path.
  var manifest: String { get }

  /// What is in a folder, in any order; `nil` when there is no such folder.
  /// - Throws: `IncludeFailure` when there is one that cannot be read.
  func entries(of folder: String) throws(IncludeFailure) -> [IncludeEntry]?

  /// - Parameter limit: a file of more bytes is not read.
  func read(_ path: String, limit: Int) throws(IncludeFailure) -> SourceFile

  /// The same for two paths of one file.
  func identity(of path: String) -> String
}

/// A name in a folder.
public struct IncludeEntry: Sendable, Equatable {
  public var name: String
  /// It is a folder, or a link to one.
  public var isFolder: Bool
  public var isLink: Bool

  public init(name: String, isFolder: Bool, isLink: Bool = false) {
    (self.name, self.isFolder, self.isLink) = (name, isFolder, isLink)
  }
}

/// Why a file or a folder cannot be read.
public struct IncludeFailure: Error, Sendable, Equatable {
  /// It has more bytes than may be read.
  public static let tooLarge = IncludeFailure("it is too large")

  /// Such as `permission denied`.
  public var reason: String

  public init(_ reason: String) { self.reason = reason }
}

/// How much may be included, each with a message of its own.
public enum IncludeLimits {
  public static let files = 10_000
  /// 64 MiB, over all files.
  public static let bytes = 64 << 20
  /// From the manifest down.
  public static let depth = 16
  /// Names in the folders that patterns look into.
  public static let entries = 100_000
}

/// A manifest without a folder: there is nothing to include.
public struct NoIncludes: IncludeSource {
  public let manifest: String

  public init(manifest: String = "manifest.yaml") { self.manifest = manifest }

  public func entries(of folder: String) throws(IncludeFailure) -> [IncludeEntry]? { nil }

  public func read(_ path: String, limit: Int) throws(IncludeFailure) -> SourceFile {
    throw IncludeFailure("there is no such file")
  }

  public func identity(of path: String) -> String { path }
}
