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
