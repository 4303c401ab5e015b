// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Synchronization

/// The first of the documented ways that can be gone here (contract.md, section 4.5). The way that gave a token is kept.
struct AzureDefaultFetcher: TokenFetcher {
  private let file = AssertionFile()
  private let chosen = ChosenWay()

  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    let order = try AzureDefaultOrder(world)
    var tried: [String] = []
    for way in chosen.way.map({ [$0] }) ?? order.ways {
      switch try await self.way(way, order, audience, world) {
      case .absent(let reason): tried.append("\(way.rawValue): \(reason)")
      case .unusable(let reason):
        throw ServiceError(
          .login,
          "azure_default stops at \(way.rawValue): \(reason); \(AzureDefaultOrder.variable) can name another way"
            + Self.before(tried))
      case .fetcher(let fetcher):
        do {
          var token = try await fetcher.fetch(for: audience, in: world)
          chosen.way = way
          token.way = way.rawValue
          return token
        } catch let error as ServiceError where way == .azureCLI && error.kind == .login {
          // Nobody set the tool up for this program: not being signed in there is no refusal.
          tried.append("\(way.rawValue): \(error.message)")
        } catch var error as ServiceError {
          // What is set up and refused is not stepped over: another identity may have other rights.
          error.message = "azure_default tried \(way.rawValue): \(error.message)\(Self.before(tried))"
          throw error
        }
      }
    }
    throw ServiceError(
      .login, "azure_default found no way to get a token: \((tried + order.notes).joined(separator: "; "))")
  }

  private static func before(_ tried: [String]) -> String {
    tried.isEmpty ? "" : "; before it \(tried.joined(separator: "; "))"
  }

  // MARK: The ways

  private enum Outlook {
    case fetcher(any TokenFetcher)
    /// It is not set up here, and why that is known.
    case absent(String)
    /// It is set up here in a form that this program cannot use, and is not stepped over all the same: another identity
    /// may have other rights.
    case unusable(String)
  }

  private func way(
    _ way: AzureDefaultOrder.Way, _ order: AzureDefaultOrder, _ audience: TokenAudience, _ world: CredentialWorld
  ) async throws -> Outlook {
    switch way {
    case .environment: environment(world)
    case .workloadIdentity: workloadIdentity(world)
    case .managedIdentity: try await managedIdentity(order, audience, world)
    case .azureCLI: .fetcher(AzureCLICredential())
    case .sharedTokenCache, .visualStudioCode, .azurePowerShell, .azureDeveloperCLI, .broker:
      .absent("not supported by this program")
    }
  }

  private func environment(_ world: CredentialWorld) -> Outlook {
    let client = world.variable("AZURE_CLIENT_ID")
    // A user needs no tenant.
    let hasUser = client != nil && world.variable("AZURE_USERNAME") != nil && world.variable("AZURE_PASSWORD") != nil
    let user = Outlook.unusable("AZURE_USERNAME and AZURE_PASSWORD are set, and users with passwords are not supported")
    guard let client, let tenant = world.variable("AZURE_TENANT_ID") else {
      return hasUser ? user : .absent("AZURE_TENANT_ID and AZURE_CLIENT_ID are not both set")
    }
    if let secret = world.variable("AZURE_CLIENT_SECRET") {
      return .fetcher(
        AzureClientCredential(tenant: tenant, client: client, secret: Secret(secret), endpoint: .v2))
    }
    if world.variable("AZURE_CLIENT_CERTIFICATE_PATH") != nil {
      return .unusable("AZURE_CLIENT_CERTIFICATE_PATH is set, and certificates are not supported")
    }
    return hasUser ? user : .absent("AZURE_CLIENT_SECRET is not set")
  }

  private func workloadIdentity(_ world: CredentialWorld) -> Outlook {
    let needed = [
      AzureAssertionCredential.tenantVariable, AzureAssertionCredential.clientVariable,
      AzureAssertionCredential.fileVariable,
    ]
    let missing = needed.filter { world.variable($0) == nil }
    guard missing.isEmpty else { return .absent("\(missing.joined(separator: ", ")) not set") }
    return .fetcher(AzureAssertionFetcher(AzureAssertionCredential(), file: file))
  }

  private func managedIdentity(
    _ order: AzureDefaultOrder, _ audience: TokenAudience, _ world: CredentialWorld
  ) async throws -> Outlook {
    let identity = world.variable("AZURE_CLIENT_ID").map { ManagedIdentityCredential.Identity.client($0) }
    switch ManagedIdentityHost(world) {
    case .unsupported(let name): return .absent("the managed identity of \(name) is not supported")
    case .appService: return .fetcher(ManagedIdentityFetcher(ManagedIdentityCredential(identity)))
    case .workload:
      guard identity != nil else { return .absent("the workload identity has no AZURE_CLIENT_ID") }
      return .fetcher(AzureAssertionFetcher(AzureAssertionCredential(), file: file))
    case .machine(let base):
      let service = MachineIdentity(base: base, identity: identity)
      // Who asked for this way alone knows that the service is there.
      let isKnown = order.isSingle || chosen.way == .managedIdentity
      guard try await isKnown ? true : service.probe(audience, in: world) else {
        return .absent("no identity service answers on this machine")
      }
      return .fetcher(service)
    }
  }
}

/// The way that gave a token.
private final class ChosenWay: Sendable {
  private let kept = Mutex<AzureDefaultOrder.Way?>(nil)

  var way: AzureDefaultOrder.Way? {
    get { kept.withLock { $0 } }
    set { kept.withLock { $0 = newValue } }
  }
}
