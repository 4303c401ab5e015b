// SPDX-License-Identifier: Apache-2.0

extension HTTPHead {
  /// What a support case needs: the id that the request was sent with, and the service's own where it told one.
  public func reference(_ requestID: String) -> String {
    guard let own = header("x-ms-request-id"), own != requestID, (1...100).contains(own.utf8.count),
      own.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return "request \(requestID)" }
    return "request \(requestID), there \(own)"
  }
}
