// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportManifest
import ExportRun
import ExportStorage
import Foundation

/// Looks at one destination: is its credential well formed and long enough, may it list and write.
struct DestinationExamination: Sendable {
  let setting: DestinationSetting
  /// Letters that a signature needs.
  let needs: String
  let forecast: Forecast?
  let options: BatchRun.Options
  let secrets: [String: Secret]
  let transport: any HTTPTransport

  var name: String { setting.name.value }

  func checks() async -> [Checkup] {
    switch setting.kind {
    case .directory(let path, _, _):
      let root =
        options.redirect.map { $0.exports.appendingPathComponent(name) }
        ?? URL(fileURLWithPath: path, relativeTo: options.folder)
      return FolderExamination(name: name, root: root).checks()
    case .azureContainer(let container): return await checks(of: container)
    }
  }

  // MARK: A container

  private func checks(of container: AzureContainerSetting) async -> [Checkup] {
    guard let store = store(of: container) else {
      return [failed("credential", "its secret is missing", do: "see the secrets above")]
    }
    guard let facts = store.credentialFacts else {
      return [failed("credential", "the account key is not Base64", do: "copy the key anew, whole and without blanks")]
    }
    let credential = credentialCheck(facts, url: container.url)
    guard credential.verdict != .failed else { return [credential] }
    return [credential, timeLeft(facts)].compactMap { $0 } + (await trials(store, facts))
  }

  private func store(of container: AzureContainerSetting) -> AzureContainerStore? {
    let clock: @Sendable () -> Instant = { WallClock().now }
    if let local = options.redirect {
      let name = container.url.split(separator: "/").last.map(String.init) ?? "exports"
      return AzureContainerStore(
        url: "\(local.blobs)/\(name)", credential: .accountKey(local.accountKey), transport: transport, clock: clock,
        createsContainer: true)
    }
    let credential: AzureContainerStore.Credential?
    switch container.credential {
    case .accountKey(let name): credential = secrets[name].map { .accountKey($0) }
    case .sas(let name): credential = secrets[name].map { .sas($0) }
    case .credential(let setting): credential = tokens(setting).map { .tokens($0) }
    }
    return credential.map {
      AzureContainerStore(
        url: container.url, credential: $0, transport: transport, clock: clock, createsContainer: false)
    }
  }

  /// `nil`: a secret is missing.
  private func tokens(_ setting: CredentialSetting) -> (any TokenSource)? {
    let world = CredentialWorld(folder: options.folder, environment: options.environment, transport: transport)
    let credential = try? Credential(setting) { name in
      guard let secret = secrets[name] else {
        throw SecretError(missing: [.init(name: name, source: "see the secrets above")])
      }
      return secret
    }
    return credential.map { CredentialCatalog(world).tokens(for: $0, audience: .storage) }
  }

  private func credentialCheck(_ facts: ContainerCredential, url: String) -> Checkup {
    let now = WallClock().now
    let advice = "have a SAS made for the container with the rights \(needs), https, and an end far enough away"
    if let flaw = facts.flaw { return failed("credential", "the SAS is not well formed: \(flaw)", do: advice) }
    let missing = needs.filter { !facts.permits($0) }
    if !missing.isEmpty {
      return failed(
        "credential", "the \(facts.kind.rawValue) has '\(facts.rights ?? "")' and lacks '\(missing)'", do: advice)
    }
    if let expiry = facts.expiry, expiry <= now {
      return failed("credential", "the SAS ended at \(expiry)", do: advice)
    }
    if let start = facts.start, start > now {
      return failed("credential", "the SAS begins at \(start) only", do: advice)
    }
    let rights = !facts.isGiven ? "" : facts.rights.map { ", rights \($0)" } ?? ", rights of a stored policy"
    let end = facts.expiry.map { ", until \($0)" } ?? ""
    let addresses = facts.addresses.map { ", for \($0) only" } ?? ""
    let words = "\(facts.kind.rawValue)\(rights)\(end)\(addresses)"
    if facts.isGiven, facts.protocols != "https", url.hasPrefix("https:") {
      return .warning(
        .destination, name, "credential", "\(words), good over plain http as well", do: "have it made for https only")
    }
    return .ok(.destination, name, "credential", words)
  }

  /// Whether a given signature outlives a run.
  private func timeLeft(_ facts: ContainerCredential) -> Checkup? {
    facts.expiry.map { TimeLeft(left: WallClock().now.duration(to: $0), forecast: forecast).check(of: name) }
  }

  // MARK: Trying it

  private func trials(_ store: AzureContainerStore, _ facts: ContainerCredential) async -> [Checkup] {
    var checks: [Checkup] = []
    do {
      if options.redirect != nil { try await store.makeContainer() }
      try await store.tryListing()
      checks.append(.ok(.destination, name, "list", "the container can be listed"))
    } catch {
      checks.append(failure("list", error))
      // What is out of reach is not asked once more.
      if case StoreError.again = error { return checks }
    }
    checks.append(
      await writing(store, mayDelete: facts.permits("d") && facts.rights != nil || !facts.isGiven))
    return checks
  }

  private func writing(_ store: AzureContainerStore, mayDelete: Bool) async -> Checkup {
    let probe = AzureContainerStore.probeName
    do { try await store.tryWriting() } catch { return failure("write", error) }
    guard mayDelete else {
      return .ok(.destination, name, "write", "the container can be written; the probe '\(probe)' stays there")
    }
    do {
      try await store.removeProbe()
      return .ok(.destination, name, "write", "the container can be written; the probe was taken away")
    } catch {
      return .warning(
        .destination, name, "write", "the container can be written; the probe '\(probe)' could not be taken away",
        do: "delete it, or leave it: it does no harm")
    }
  }

  private func failed(_ check: String, _ message: String, do advice: String) -> Checkup {
    .failed(.destination, name, check, message, .refused, do: advice)
  }

  private func failure(_ check: String, _ error: any Error) -> Checkup {
    switch error {
    case StoreError.again(let message, _):
      .failed(.destination, name, check, message, .unreachable, do: "check the URL and the network; then try again")
    case StoreError.never(let message):
      .failed(.destination, name, check, message, .unreachable, do: "check the container's URL, and that it exists")
    case StoreError.refused(let message), StoreError.artifact(let message), StoreError.disk(let message):
      failed(check, message, do: "check that the credential is this container's, and which rights it has")
    default: .failed(.destination, name, check, "broken off: \(type(of: error))", .unreachable, do: "try again")
    }
  }
}
