// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// Why a request to the management API is refused (contract.md, sections 3 and 8).
struct ManagementRefusal: Error, Equatable {
  var status: Int
  var code: String
  var message: String
  /// Of 405: what is allowed.
  var allow: String?

  init(_ status: Int, _ code: String, _ message: String, allow: String? = nil) {
    (self.status, self.code, self.message, self.allow) = (status, code, message, allow)
  }

  static func bad(_ message: String) -> ManagementRefusal { ManagementRefusal(400, "BadRequest", message) }

  static func method(_ allow: String) -> ManagementRefusal {
    ManagementRefusal(405, "MethodNotAllowed", "The method is not allowed here.", allow: allow)
  }

  /// A path that no resource of the provider has.
  static let type = ManagementRefusal(
    404, "InvalidResourceType",
    "The resource type could not be found in the namespace 'Microsoft.MobileEngagement' for api version '\(ExportRoutes.version)'."
  )

  var answer: Response {
    CloudAnswer.error(status, code, message, headers: allow.map { [("Allow", $0)] } ?? [])
  }
}
