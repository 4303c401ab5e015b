// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A secret in the query, such as `?api_key=…`. It takes the place of one that a link of the service has already.
public struct QueryProof: RequestProof {
  private let name: String
  private let value: Secret

  public init(_ name: String, _ value: Secret) { (self.name, self.value) = (name, value) }

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    let key = PercentEncoding.encode(name)
    let path = request.url.prefix { $0 != "?" }
    let others = request.url.dropFirst(path.count).dropFirst().split(separator: "&").filter { item in
      let own = item.prefix { $0 != "=" }
      return own != key && PercentEncoding.decode(own) != name
    }
    var proven = request
    let query = others.map(String.init) + ["\(key)=\(PercentEncoding.encode(value.reveal()))"]
    proven.url = "\(path)?\(query.joined(separator: "&"))"
    return ProvenRequest(proven, secrets: [value, Secret(PercentEncoding.encode(value.reveal()))])
  }
}
