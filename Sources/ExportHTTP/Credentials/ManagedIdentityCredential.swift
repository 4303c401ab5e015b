// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The identity of the machine or the app that this runs on (contract.md, section 4.4).
public struct ManagedIdentityCredential: Sendable, Hashable {
  /// Which of several identities; none: the system's.
  public enum Identity: Sendable, Hashable {
    case client(String)
    case resource(String)
    case object(String)
  }

  public var identity: Identity?

  public init(_ identity: Identity? = nil) { self.identity = identity }
}

/// Fetches from whoever gives out the tokens of managed identities here.
struct ManagedIdentityFetcher: TokenFetcher {
  let identity: ManagedIdentityCredential.Identity?
  private let file = AssertionFile()

  init(_ credential: ManagedIdentityCredential) { identity = credential.identity }

  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    switch ManagedIdentityHost(world) {
    case .appService(let endpoint, let header):
      try await AppServiceIdentity(endpoint: endpoint, header: header, identity: identity).fetch(
        for: audience, in: world)
    case .workload:
      try await AzureAssertionFetcher(AzureAssertionCredential(client: try client(in: world)), file: file).fetch(
        for: audience, in: world)
    case .machine(let base):
      try await MachineIdentity(base: base, identity: identity).fetch(for: audience, in: world)
    case .unsupported(let name):
      throw ServiceError(.login, "the managed identity of \(name) is not supported")
    }
  }

  /// A workload identity is a client of the tenant: it has no other name.
  private func client(in world: CredentialWorld) throws -> String {
    switch identity {
    case .client(let id): return id
    case .resource, .object:
      throw ServiceError(.login, "the workload identity is named by 'client_id', and by nothing else")
    case nil:
      guard let id = world.variable(AzureAssertionCredential.clientVariable) else {
        throw ServiceError(
          .login,
          "the workload identity needs 'client_id', or the environment variable \(AzureAssertionCredential.clientVariable)"
        )
      }
      return id
    }
  }
}

/// Who gives out the tokens of managed identities here, by the environment.
enum ManagedIdentityHost: Sendable, Equatable {
  case appService(endpoint: String, header: Secret)
  /// A token in a file stands for it: AKS.
  case workload
  /// The instance metadata service of a machine; its scheme and host.
  case machine(base: String)
  /// One of those that this program does not know.
  case unsupported(String)

  /// All of them are set where a workload has an identity.
  private static let ofWorkload = [
    AzureAuthority.variable, AzureAssertionCredential.tenantVariable, AzureAssertionCredential.fileVariable,
  ]

  init(_ world: CredentialWorld) {
    let endpoint = world.variable("IDENTITY_ENDPOINT")
    if let endpoint, let header = world.variable("IDENTITY_HEADER") {
      self =
        world.variable("IDENTITY_SERVER_THUMBPRINT") == nil
        ? .appService(endpoint: endpoint, header: Secret(header)) : .unsupported("Service Fabric")
    } else if endpoint != nil, world.variable("IMDS_ENDPOINT") != nil {
      self = .unsupported("Azure Arc")
    } else if world.variable("MSI_ENDPOINT") != nil {
      self = .unsupported(world.variable("MSI_SECRET") == nil ? "Azure Cloud Shell" : "Azure Machine Learning")
    } else if Self.ofWorkload.allSatisfy({ world.variable($0) != nil }) {
      self = .workload
    } else {
      self = .machine(base: MachineIdentity.base(in: world))
    }
  }
}

extension ManagedIdentityCredential.Identity {
  /// For messages.
  var title: String {
    switch self {
    case .client(let id): "client \(id)"
    case .resource(let id): "resource \(id)"
    case .object(let id): "object \(id)"
    }
  }
}
