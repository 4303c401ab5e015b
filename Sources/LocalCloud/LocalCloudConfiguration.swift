// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a local cloud is made of.
public struct LocalCloudConfiguration: Sendable {
  /// 0: any free one.
  public var port = 0
  /// Data and blobs live here; a restart on the same directory goes on where it stopped.
  public var directory: URL
  /// How many times faster tasks live than the clock.
  public var speed: Double = 1
  /// Of everything that is generated; `nil`: that of the data, or 1 for data that are new.
  public var seed: UInt64?
  /// Made when missing.
  public var apps: [LocalCloudApp] = []
  /// Made where there are no apps otherwise.
  public var firstApps: [LocalCloudApp] = []
  public var devicesPerApp = 120
  /// Offers the Device export, which is in no published contract.
  public var extended = false
  /// Tasks of one app that run at once; the others wait in order.
  public var runningPerApp = 1
  /// How long tasks live.
  public var life = LocalCloudLife()
  /// A part of an export that has reached so many bytes is followed by another.
  public var partSize: Int64 = 256 << 20
  public var faults: [FaultRule] = []
  /// Speaks https only, with a certificate that it makes for itself.
  public var tls = false
  /// Takes tokens of its own only, for the right audience and tenant.
  public var strict = false
  /// Offers the control endpoint, which counts what was asked and sets faults: for tests.
  public var control = false
  /// What the token endpoint accepts.
  public var credential = LocalCloudCredential()

  public init(directory: URL) { self.directory = directory }
}

/// How long tasks live, in seconds of the cloud's own time. Where it is a range, each task's share follows from its id.
public struct LocalCloudLife: Sendable, Hashable {
  /// From the making of a task until it may start.
  public var startDelay: ClosedRange<Double> = 20...90
  /// From the start of a task until it writes.
  public var runTime: ClosedRange<Double> = 5...30
  /// What a task reads in a second: the larger an export, the longer it runs.
  public var bytesPerSecond: Double = Double(8 << 20)

  public init() {}

  /// What the size of an export adds to its run.
  func seconds(for bytes: Int64) -> Double { Double(bytes) / bytesPerSecond }
}

public struct LocalCloudCredential: Sendable, Hashable {
  public var tenant = "contoso.example"
  public var client = "11111111-1111-1111-1111-111111111111"
  public var secret = "local-cloud-secret"
  /// The one federated token that it takes in place of the secret.
  public var assertion = "local.cloud.assertion"
  /// What proves to the app's identity endpoint that a request comes from inside.
  public var identityHeader = "local-cloud-identity"
  /// Of who all these tokens are for.
  static let object = "22222222-2222-2222-2222-222222222222"

  public init() {}
}

/// An app, by its place in Azure.
public struct LocalCloudApp: Sendable, Hashable, Codable {
  /// Where apps are unless it is said.
  public static let subscription = "00000000-0000-0000-0000-000000000001"
  public static let resourceGroup = "MobileEngagement"

  public var subscription: String
  public var resourceGroup: String
  public var collection: String
  public var name: String
  /// `android`, `ios` or `windows`; `nil`: one that follows from the name.
  public var platform: String?
  /// Of each kind; the first is the one that never ends.
  public var campaigns = 6

  public init(subscription: String, resourceGroup: String, collection: String, name: String) {
    (self.subscription, self.resourceGroup, self.collection, self.name) = (
      subscription, resourceGroup, collection, name
    )
  }

  /// A small catalogue for manifests that discover their apps: two collections of three apps, of which one has the
  /// same name in both, and no campaign that has come to its end.
  public static func seeds(subscription: String, resourceGroup: String) -> [LocalCloudApp] {
    ["shop", "club"].flatMap { collection in
      [("\(collection)-android", "android", 6), ("\(collection)-ios", "ios", 6), ("beta", "windows", 1)].map { seed in
        var app = LocalCloudApp(
          subscription: subscription, resourceGroup: resourceGroup, collection: collection, name: seed.0)
        (app.platform, app.campaigns) = (seed.1, seed.2)
        return app
      }
    }
  }

  /// The resource's path, in one case, because Azure compares without.
  public var path: String { "\(subscription)/\(resourceGroup)/\(collection)/\(name)".lowercased() }

  /// Of the app's collection, likewise.
  public var collectionPath: String { "\(subscription)/\(resourceGroup)/\(collection)".lowercased() }
}

/// How to reach a running cloud.
public struct LocalCloudEndpoints: Sendable, Codable {
  public var managementURL: String
  public var authorityURL: String
  /// In path style: `http://127.0.0.1:PORT/ACCOUNT`.
  public var blobURL: String
  public var account: String
  /// Base64.
  public var accountKey: String
  public var stagingContainer: String
  /// A URL of that container with the rights to read, write and list for a year.
  public var stagingSAS: String
  public var tenant: String
  public var client: String
  public var secret: String
  /// Taken in place of the secret, as another party's token.
  public var assertion: String
  /// `AZURE_POD_IDENTITY_AUTHORITY_HOST`
  public var identityURL: String
  /// `IDENTITY_ENDPOINT`
  public var appIdentityURL: String
  /// `IDENTITY_HEADER`
  public var identityHeader: String
  public var subscription: String
  /// Only where the control endpoint is offered.
  public var controlURL: String?
  /// Shows tasks and blobs in a browser.
  public var pageURL: String
  /// The file with the certificate that a client must trust; only where https is spoken.
  public var certificate: String?
}

extension LocalCloudEndpoints {
  /// As the Azure storage clients take it: with the account's key, a secret.
  public var connectionString: String {
    let scheme = blobURL.prefix { $0 != ":" }
    return
      "DefaultEndpointsProtocol=\(scheme);AccountName=\(account);AccountKey=\(accountKey);BlobEndpoint=\(blobURL);"
  }
}

/// What a cloud has seen.
public struct LocalCloudStatistics: Sendable, Codable, Equatable {
  public var tasks: Int
  /// How many tasks carry each description.
  public var tasksByDescription: [String: Int]
  /// Since the start of the process, by operation; `throttled` are those of them that a rate refused.
  public var requests: [String: Int]
  /// Tasks that were live at once, at most: queued or running.
  public var mostLive: Int
  /// The same of each app, by `LocalCloudApp.path`.
  public var mostLiveByApp: [String: Int]
  /// The same of each collection, by `LocalCloudApp.collectionPath`.
  public var mostLiveByCollection: [String: Int]
  /// Marks `outhaul:1:KEY:ATTEMPT` that more than one task carries, with how many.
  public var duplicates: [String: Int]
  /// Keys of such marks of which more than one task was live at once, with the most.
  public var liveDuplicates: [String: Int]

  enum CodingKeys: String, CodingKey {
    case tasks, requests, duplicates
    case tasksByDescription = "tasks_by_description"
    case mostLive = "most_live"
    case mostLiveByApp = "most_live_by_app"
    case mostLiveByCollection = "most_live_by_collection"
    case liveDuplicates = "live_duplicates"
  }
}
