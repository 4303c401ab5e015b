// SPDX-License-Identifier: Apache-2.0
import ExportCore

// What can be found out of a container without an export.
extension AzureContainerStore {
  /// A blob of this name may be left behind where the credential cannot delete.
  public static let probeName = "outhaul-doctor-probe"

  /// `nil` when the account's key is not Base64.
  public var credentialFacts: ContainerCredential? {
    switch container?.access {
    case .key: ContainerCredential(.accountKey)
    case .sas(let sas): ContainerCredential(signature: sas.query)
    case .tokens: ContainerCredential(.token)
    case nil: nil
    }
  }

  /// What makes a given signature useless for an export; `nil` when nothing does, and where none is given.
  /// - Parameters:
  ///   - rights: letters of the permissions that are needed.
  ///   - isRead: what tasks write is read afterwards, or nothing is won.
  public func problem(rights: String, isRead: Bool, at now: Instant) -> String? {
    guard case .sas(let sas)? = container?.access else { return nil }
    if let problem = sas.problem(now: now, rights: rights, url: url) {
      return "the given SAS cannot be used: \(problem)"
    }
    return isRead && !mayRead ? "it does not permit reading, so nothing can be downloaded" : nil
  }

  /// Makes the container; one that exists is fine. With the account's key only.
  /// - Throws: `StoreError`.
  public func makeContainer() async throws { try await opened().create() }

  /// Asks for one name. Needs the right `l`.
  /// - Throws: `StoreError`.
  public func tryListing() async throws { try await opened().probe() }

  /// Writes a small blob under `probeName`. Needs the right `w`.
  /// - Throws: `StoreError`.
  public func tryWriting() async throws {
    try await opened().put(Self.probeName, Array("written by outhaul doctor; it may be deleted\n".utf8))
  }

  /// Takes that blob away. Needs the right `d`.
  /// - Throws: `StoreError`.
  public func removeProbe() async throws { try await opened().delete(Self.probeName) }
}
