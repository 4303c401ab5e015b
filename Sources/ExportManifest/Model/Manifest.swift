// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a person wrote, read and interpolated, defaults applied, every part with its place.
/// It may stand beside diagnostics: then it holds what could be understood.
public struct Manifest: Sendable {
  public var name: String
  public var file: SourceFile
  public var secrets: [String: SecretReference]
  /// Where each entry of `secrets:` stands.
  public var secretPlaces: [String: SourcePlace] = [:]
  public var services: [ServiceSetting]
  public var destinations: [DestinationSetting]
  public var apps: [AppSetting]
  /// `discover:` under `apps:`.
  public var discoveries: [DiscoverySetting] = []
  /// Some apps are known to services alone, so far.
  public var awaitsCatalogue = false
  public var exports: [ExportSetting]
  public var notifications: [NotificationSetting] = []
  /// Every file that was included, in the order in which they were read.
  public var included: [IncludedFile] = []
  /// Where values stand that could not be put in: that was told, and nothing more is said of them.
  public var unread: Set<SourcePlace> = []
  /// What each job completes, by the place of the parameter's text that it stands in.
  public var holes: [SourcePlace: [LocatedHole]] = [:]
  /// The names that sections give, also those of entries that could not be read.
  public var names = SectionNames()
  /// Variables that no value refers to, at their names.
  public var unusedVariables: [Located<String>] = []
  /// Each `${secret.NAME}`, at its own place.
  public var secretUses: [Located<String>] = []
  /// Nothing was wrong with its form.
  public var isRight = true

  public init(
    name: String, file: SourceFile, secrets: [String: SecretReference] = [:], services: [ServiceSetting] = [],
    destinations: [DestinationSetting] = [], apps: [AppSetting] = [], exports: [ExportSetting] = []
  ) {
    (self.name, self.file, self.secrets, self.services) = (name, file, secrets, services)
    (self.destinations, self.apps, self.exports) = (destinations, apps, exports)
  }
}

extension Manifest {
  /// The names that apps have; `nil` when there may be others, because a part could not be read or a service has not
  /// been asked yet.
  var knownApps: [String]? { awaitsCatalogue ? nil : names.known("apps", apps.map(\.name.value)) }
}

/// A value and where it was written.
public struct Located<Value: Sendable>: Sendable {
  public var value: Value
  public var place: SourcePlace

  /// Where its key stands, when it is a member.
  public var key: SourcePlace?

  public init(_ value: Value, at place: SourcePlace, key: SourcePlace? = nil) {
    (self.value, self.place, self.key) = (value, place, key)
  }
}

/// Where a secret is taken from when a run begins. The manifest, the plan and the journal hold only this.
public enum SecretReference: Sendable, Hashable {
  case environment(String)
  /// A path, relative to the manifest's folder; one line end at the file's end is not part of the secret.
  case file(String)
  /// A program and its arguments, without a shell, run in the manifest's folder. What it prints is the secret; one
  /// line end at its end is not part of it.
  case command([String])
}

/// An entry of `services:`.
public struct ServiceSetting: Sendable {
  public var name: Located<String>
  /// The description: a bundled name, or a path relative to the manifest's folder.
  public var use: Located<String>
  public var parameters: [String: Located<JSONValue>]
  /// In place of the description's own base URL.
  public var base: Located<String>?
  public var credential: CredentialSetting
  /// Where `credential:` was written; `nil`: it was not.
  public var credentialPlace: SourcePlace?
  /// What the description calls its secrets, to names of the manifest's `secrets:`.
  public var secrets: [String: Located<String>] = [:]
  public var limits: LimitSetting
  /// False when parameters may be missing because `with:` could not be read: that was told.
  public var parametersAreRead = true
  /// The same of `secrets:`.
  public var secretsAreRead = true

  public init(
    name: Located<String>, use: Located<String>, parameters: [String: Located<JSONValue>] = [:],
    base: Located<String>? = nil, credential: CredentialSetting = .none, limits: LimitSetting = LimitSetting()
  ) {
    (self.name, self.use, self.parameters, self.base) = (name, use, parameters, base)
    (self.credential, self.limits) = (credential, limits)
  }
}

/// `limits:` of a service: what the manifest wants lower than the description allows.
public struct LimitSetting: Sendable {
  public var active: Located<Int>?
  public var activePerApp: Located<Int>?
  public var submitsPerSecond: Located<Double>?
  public var callsPerSecond: Located<Double>?

  public init(
    active: Located<Int>? = nil, activePerApp: Located<Int>? = nil, submitsPerSecond: Located<Double>? = nil,
    callsPerSecond: Located<Double>? = nil
  ) {
    (self.active, self.activePerApp) = (active, activePerApp)
    (self.submitsPerSecond, self.callsPerSecond) = (submitsPerSecond, callsPerSecond)
  }
}

/// An entry of `destinations:`.
public struct DestinationSetting: Sendable {
  public enum Kind: Sendable, Equatable {
    case azureContainer(AzureContainerSetting)
    /// A folder, relative to the manifest's; `staging` names the container that the service writes to first.
    /// `files` names the files below it.
    case directory(path: String, staging: String?, files: NameTemplate = .usual)
  }

  public var name: Located<String>
  public var kind: Kind
  /// Where `staging:` was written, for diagnostics.
  public var stagingPlace: SourcePlace?
  /// Where `files:` was.
  public var filesPlace: SourcePlace?

  public init(name: Located<String>, kind: Kind, stagingPlace: SourcePlace? = nil) {
    (self.name, self.kind, self.stagingPlace) = (name, kind, stagingPlace)
  }
}

public struct AzureContainerSetting: Sendable, Equatable {
  public enum Credential: Sendable, Equatable {
    /// The account's key, by the secret's name: a narrow, short SAS is signed for each job.
    case accountKey(secret: String)
    /// A shared access signature, by the secret's name: taken as given.
    case sas(secret: String)
    /// Of who may write there: a narrow, short SAS is signed for each job with a user delegation key.
    case credential(CredentialSetting)

    /// The name of the secret that it needs; `nil` when it needs none.
    public var secret: String? {
      switch self {
      case .accountKey(let secret), .sas(let secret): secret
      case .credential(let credential): credential.secret
      }
    }
  }

  /// `https://ACCOUNT.blob.core.windows.net/CONTAINER`, or path style. No query.
  public var url: String
  public var credential: Credential

  public init(url: String, credential: Credential) { (self.url, self.credential) = (url, credential) }
}

/// An entry of `apps:`.
public struct AppSetting: Sendable {
  public var name: Located<String>
  public var parameters: [String: Located<JSONValue>]
  public var labels: [String: String]
  /// The services whose catalogues name the app, each with the labels that it gives.
  public var found: [String: [String: String]] = [:]
  /// False when parameters may be missing because `with:` could not be read: that was told.
  public var parametersAreRead = true

  public init(name: Located<String>, parameters: [String: Located<JSONValue>] = [:], labels: [String: String] = [:]) {
    (self.name, self.parameters, self.labels) = (name, parameters, labels)
  }
}
