// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird

/// A page for a browser, and what it shows. It tells nothing that opens anything.
struct PageRoutes: Sendable {
  let store: CloudStore

  /// The page is one file: it runs its own script, asks its own server, and nothing else.
  private static let policy = [
    ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
  ]

  /// `/`, and `/_page/overview` with its data.
  func answer(_ request: Request, _ steps: [String]) -> Response {
    guard steps.isEmpty || steps == ["_page", "overview"] else {
      return CloudAnswer.error(404, "NotFound", "Nothing is here.")
    }
    guard request.method == .get else { return ManagementRefusal.method("GET").answer }
    if steps.isEmpty {
      return CloudAnswer.response(
        200, PackageResources.page_html, type: "text/html; charset=utf-8", headers: Self.policy)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let overview = try? store.pool.read({ try PageOverview($0) }), let data = try? encoder.encode(overview) else {
      return CloudAnswer.error(500, "InternalServerError", "An internal error occurred.")
    }
    return CloudAnswer.response(200, Array(data), type: "application/json; charset=utf-8", headers: Self.policy)
  }
}
