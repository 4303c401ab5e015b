// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A request as it would be sent, apart from what proves who sends it.
public struct RequestPreview: Sendable, Equatable {
  public var method: String
  public var url: String
  public var body: JSONValue?
}

extension ServiceDescription {
  /// What stands in a preview where the delivery's address would: that one is a secret, and made for each attempt.
  public static let hiddenAddress = "<secret>"

  /// The request that would make the task of a job's attempt. Pure: nothing is sent, and no secret is needed.
  /// - Throws: `ServiceError` when the description cannot make it.
  public func preview(
    of order: TaskOrder, base: String, parameters: [String: JSONValue]
  ) throws -> RequestPreview {
    let request = try submission(of: order, base: base, parameters: parameters)
    return RequestPreview(method: request.method, url: request.url, body: request.json)
  }

  func submission(of order: TaskOrder, base: String, parameters: [String: JSONValue]) throws -> FilledRequest {
    guard let dataset = datasets[order.dataset], let form = dataset.form(for: order.options) else {
      throw ServiceError(.never, "the service has no dataset '\(order.dataset)'")
    }
    var scope = Scope(parameters: parameters, app: order.appParameters)
    scope.options = dataset.onTheWire(order.options)
    scope.dataset = form.values
    scope.window = order.window
    scope.job = [
      "mark": .string(order.mark.description), "key": .string(order.mark.key),
      "delivery": .string(order.delivery.reveal()), "format": formats[order.format].map { .string($0) } ?? .null,
    ]
    var request = try fill(submit, base: base, scope)
    request.merge(form.json?.value(scope.value))
    return request
  }
}
