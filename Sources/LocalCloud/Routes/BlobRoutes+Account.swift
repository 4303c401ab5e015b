// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird
import NIOCore

// What is asked of the whole account, and of containers.
extension BlobRoutes {
  func performOnAccount(_ call: Call, _ body: RequestBody) async throws -> Response {
    switch (call.method, call.restype, call.comp) {
    case ("GET", "", "list"): return try listContainers(call)
    case ("GET", "account", "properties"), ("HEAD", "account", "properties"):
      return Self.empty(200, [("x-ms-sku-name", "Standard_LRS"), ("x-ms-account-kind", "StorageV2")])
    case ("POST", "service", "userdelegationkey"): return try await delegationKey(call, body)
    default: throw BlobRefusal.verb
    }
  }

  /// Get User Delegation Key: for who has a token, and seven days at most.
  private func delegationKey(_ call: Call, _ body: RequestBody) async throws -> Response {
    guard call.header("Authorization")?.lowercased().hasPrefix("bearer ") ?? false else {
      throw BlobRefusal(
        403, "AuthenticationFailed", "Only authentication scheme Bearer is supported", detail: "a token is needed")
    }
    let text = String(buffer: try await body.collect(upTo: 1 << 16))
    func time(_ name: String) -> String? {
      guard let start = text.firstRange(of: "<\(name)>") else { return nil }
      return String(text[start.upperBound...].prefix { $0 != "<" })
    }
    guard let expiry = time("Expiry"), let end = CloudTime.instant(expiry) else {
      throw BlobRefusal(
        400, "InvalidXmlNodeValue", "One of the XML nodes has an invalid value.", more: [("XmlNodeName", "Expiry")])
    }
    let start = time("Start") ?? CloudTime.seconds(CloudTime.now)
    let begin = CloudTime.instant(start) ?? CloudTime.now
    guard end > begin, end - begin <= 7 * CloudTime.dayLength else {
      throw BlobRefusal(
        400, "InvalidXmlNodeValue", "One of the XML nodes has an invalid value.", more: [("XmlNodeName", "Expiry")])
    }
    let key = DelegationKey(
      object: LocalCloudCredential.object, tenant: tokens.tenant, start: CloudTime.seconds(begin),
      expiry: CloudTime.seconds(end), version: call.version)
    return Self.xml(
      "<UserDelegationKey><SignedOid>\(key.object)</SignedOid><SignedTid>\(key.tenant)</SignedTid>"
        + "<SignedStart>\(key.start)</SignedStart><SignedExpiry>\(key.expiry)</SignedExpiry>"
        + "<SignedService>\(key.service)</SignedService><SignedVersion>\(key.version)</SignedVersion>"
        + "<Value>\(key.value(from: signatures.key).base64EncodedString())</Value></UserDelegationKey>")
  }

  // MARK: Containers

  func createContainer(_ call: Call) throws -> Response {
    guard call.container.wholeMatch(of: #/[a-z0-9](-?[a-z0-9]){2,62}/#) != nil, call.container.utf8.count <= 63 else {
      throw BlobRefusal(400, "InvalidResourceName", "The specified resource name contains invalid characters.")
    }
    let made = try store.create(container: call.container, metadata: try Self.metadata(call))
    return Self.empty(201, Self.identity(made))
  }

  func containerProperties(_ call: Call) throws -> Response {
    let found = try store.container(call.container)
    return Self.empty(
      200,
      Self.identity(found) + [
        ("x-ms-lease-status", "unlocked"), ("x-ms-lease-state", "available"), ("x-ms-has-immutability-policy", "false"),
        ("x-ms-has-legal-hold", "false"), ("x-ms-default-encryption-scope", "$account-encryption-key"),
        ("x-ms-deny-encryption-scope-override", "false"),
      ] + Self.headers(of: found.metadata))
  }

  private static func identity(_ container: ContainerRecord) -> [(String, String)] {
    [("ETag", "\"\(container.etag)\""), ("Last-Modified", CloudTime.http(container.modified))]
  }

  // MARK: Metadata

  /// What a request says of metadata, by names as they were sent.
  static func metadata(_ call: Call) throws -> [String: String] {
    var found: [String: String] = [:]
    for (name, value) in call.headers where name.lowercased().hasPrefix("x-ms-meta-") {
      let key = String(name.dropFirst("x-ms-meta-".count))
      guard key.wholeMatch(of: #/[A-Za-z_][A-Za-z0-9_]*/#) != nil else {
        throw BlobRefusal(
          400, "InvalidMetadata", "The specified metadata is invalid. It includes characters that are not permitted.")
      }
      found[key] = value
    }
    return found
  }

  static func headers(of metadata: [String: String]) -> [(String, String)] {
    metadata.sorted { $0.key < $1.key }.map { ("x-ms-meta-\($0.key)", $0.value) }
  }
}
