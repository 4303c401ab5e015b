// SPDX-License-Identifier: Apache-2.0

/// Where artifacts land, and what proves that they are good. All calls may be made at once from many tasks.
public protocol ArtifactStore: Sendable {
  /// Makes ready what the task will write to, and gives its address with a credential of the least rights and the
  /// shortest life. Called once for an attempt, before its submit; calling it again is harmless.
  /// - Throws: `StoreError`.
  func address(for delivery: Delivery) async throws -> Secret

  /// Finds what the finished task wrote, checks every file of it, and puts it in its final place (for a directory:
  /// downloads, then renames whole). May be called again after a failure or a crash: what is good is kept,
  /// nothing half-written ever stands under a final name.
  /// - Throws: `StoreError`; `.artifact` says that the files are not good and trying again will not mend them.
  func collect(_ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation) async throws
    -> Verification

  /// Takes the files of a finished task from the service that keeps them, checks each while it comes, and gives them
  /// their final names when all are good. May be called again, as above.
  /// - Throws: `StoreError`, and the `ServiceError` that reading the source threw.
  func collect(
    _ delivery: Delivery, of task: FinishedTask, from source: any ArtifactSource, expecting expectation: Expectation
  ) async throws -> Verification

  /// Whether the credential permits reading what is there.
  var mayRead: Bool { get }

  /// How large each of these files is, by name; one that is not there is left out. In one look where the store can list.
  /// - Throws: `StoreError`.
  func sizes(of names: [String]) async throws -> [String: Int64]

  /// Reads a file that a job produced, piece by piece.
  /// - Throws: `StoreError`: `.artifact` when it is not there. What `take` throws.
  func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws
}

extension ArtifactStore {
  public func collect(
    _ delivery: Delivery, of task: FinishedTask, from source: any ArtifactSource, expecting expectation: Expectation
  ) async throws -> Verification {
    throw StoreError.never("this destination takes no files from a service that keeps them")
  }

  public var mayRead: Bool { false }

  public func sizes(of names: [String]) async throws -> [String: Int64] {
    throw StoreError.never("what is at this destination cannot be looked up")
  }

  public func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
    throw StoreError.never("what is at this destination cannot be read")
  }
}

/// The files of one task, at a service that keeps them.
public protocol ArtifactSource: Sendable {
  /// Hands over every file, one after the other, in the service's order. A body that was not read to its end when
  /// `consume` returns is given up. Called again it begins with the first file.
  /// - Throws: `ServiceError`: `.gone` when the service no longer has them. What `consume` throws.
  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws
}

/// What a service says of a file before it is read.
public struct FetchedFile: Sendable, Equatable {
  /// The service's own name for it; `nil`: it has none.
  public var name: String?
  public var bytes: Int64?
  /// Base64.
  public var md5: String?
  /// Base64 of its eight bytes, the lowest first.
  public var crc64: String?
  public var sha256: Digest?
  public var rows: Int64?
  /// It is said to be compressed with gzip. One that is not said to be may be so as well.
  public var isGzip = false

  public init(
    name: String? = nil, bytes: Int64? = nil, md5: String? = nil, sha256: Digest? = nil, rows: Int64? = nil
  ) {
    (self.name, self.bytes, self.md5, self.sha256, self.rows) = (name, bytes, md5, sha256, rows)
  }
}

/// Gives the bytes of a file, chunk by chunk; `nil` at its end.
public final class ByteReader {
  private let read: () async throws -> [UInt8]?

  public init(_ read: @escaping () async throws -> [UInt8]?) { self.read = read }

  public func next() async throws -> [UInt8]? { try await read() }
}

/// One attempt's claim on a destination, in words that file names are made of.
public struct Delivery: Sendable, Hashable {
  public var key: JobKey
  public var attempt: Int
  public var export: String
  public var app: String
  public var dataset: String
  public var format: String
  /// The window as a file name says it: `2016-01-31`, or an instant for a snapshot.
  public var label: String
  /// Letters of the signature that the service needs in a container, in the order in which signatures have them.
  public var rights = "wl"
  /// How long the job's task is waited for at most, from now; `nil`: nobody knows.
  public var patience: Duration?

  public init(
    key: JobKey, attempt: Int, export: String, app: String, dataset: String, format: String, label: String
  ) {
    (self.key, self.attempt, self.export, self.app) = (key, attempt, export, app)
    (self.dataset, self.format, self.label) = (dataset, format, label)
  }
}

/// How the artifacts of a task are told from every other task's.
public struct FinishedTask: Sendable, Hashable {
  public var id: String
  /// What the service says that it exported, in its own word; `nil`: it does not say.
  public var type: String?
  /// What every name begins with; `nil` when the service names files as it likes.
  public var prefix: String?
  /// Names that are not artifacts, such as a manifest, relative to the prefix. The manifest, when there is one,
  /// says that all parts are there.
  public var manifest: String?
  /// Whole names that must be there; empty: whatever else tells the artifacts.
  public var names: [String] = []
  /// Whole names that may be there.
  public var optional: [String] = []
  /// Whole names that are no artifacts.
  public var ignored: [Glob] = []
  /// The service said that there was nothing to export: no file is looked for.
  public var isEmpty = false

  public init(id: String, prefix: String?, manifest: String? = nil) {
    (self.id, self.prefix, self.manifest) = (id, prefix, manifest)
  }
}

/// What the files of a job must be.
public struct Expectation: Sendable, Equatable {
  /// What files may be written in, and read.
  public static let formats = ["json", "jsonl", "csv"]

  /// One of `formats`.
  public var format: String
  public var rows: RowRule
  /// What every time must lie in; `nil` for a snapshot.
  public var window: Window?
  /// Over all files together, where they can be read.
  public var minRows: Int
  /// What no two rows may have in common.
  public var unique = Uniqueness.none

  public enum Uniqueness: Sendable, Equatable {
    /// Rows may be alike.
    case none
    /// The values of these members.
    case members([String])
    /// Everything: the elements of the outermost list of JSON, the rows of CSV.
    case whole
  }

  public init(format: String, rows: RowRule, window: Window?, minRows: Int = 0) {
    (self.format, self.rows, self.window, self.minRows) = (format, rows, window, minRows)
  }
}

/// A file that a job produced.
public struct Artifact: Sendable, Equatable {
  /// Where it is: a path below the directory, or a blob's name in the container.
  public var name: String
  public var bytes: Int64
  /// `nil` when the content could not be read.
  public var sha256: Digest?
  public var rows: Int64?

  public init(name: String, bytes: Int64, sha256: Digest?, rows: Int64?) {
    (self.name, self.bytes, self.sha256, self.rows) = (name, bytes, sha256, rows)
  }
}

/// How good a job's artifacts are known to be.
public struct Verification: Sendable, Equatable {
  public enum Level: String, Sendable, Equatable {
    /// The content was read and is right.
    case verified
    /// The credential does not permit reading: names and sizes are right.
    case listed
  }

  public var level: Level
  public var artifacts: [Artifact]

  public init(_ level: Level, artifacts: [Artifact]) { (self.level, self.artifacts) = (level, artifacts) }

  /// The service had nothing to export. Files that are missing are no verification.
  public var isEmpty: Bool { level == .verified && artifacts.isEmpty }
  public var bytes: Int64 { artifacts.reduce(0) { $0 + $1.bytes } }
  public var rows: Int64 { artifacts.reduce(0) { $0 + ($1.rows ?? 0) } }
}

/// Why a store could not do what was asked.
public enum StoreError: Error, Sendable, Equatable {
  /// Passing: a connection, a busy store. The same again later.
  case again(String, retryAfter: Duration?)
  /// The credential was refused, has expired or lacks a right.
  case refused(String)
  /// The local disk is full or refuses to be written.
  case disk(String)
  /// The artifacts are missing or not good; the attempt has failed.
  case artifact(String)
  /// The store will never do this, such as a container that does not exist.
  case never(String)
}
