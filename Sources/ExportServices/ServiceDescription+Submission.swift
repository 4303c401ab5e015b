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
    let hidden = Dictionary(traits.secrets.map { ($0.name, Secret(Self.hiddenAddress)) }) { first, _ in first }
    let request = try submission(of: order, base: base, parameters: parameters, secrets: hidden)
    return RequestPreview(method: request.method, url: request.url, body: request.json)
  }

  func submission(
    of order: TaskOrder, base: String, parameters: [String: JSONValue], secrets: [String: Secret]
  ) throws -> FilledRequest {
    guard let dataset = datasets[order.dataset], let form = dataset.form(for: order.options) else {
      throw ServiceError(.never, "the service has no dataset '\(order.dataset)'")
    }
    var scope = scope(of: order, parameters: parameters)
    scope.secrets = secrets
    scope.job["delivery"] = .string(order.delivery.reveal())
    var request = try fill(submit, base: base, scope)
    request.merge(form.json?.value(scope.value))
    return request
  }

  /// What templates may name of an attempt, apart from where its files go.
  func scope(of order: TaskOrder, parameters: [String: JSONValue]) -> Scope {
    scope(
      order.mark, order.appParameters, order.dataset, order.options, order.format, order.window,
      parameters: parameters)
  }

  func scope(of lookup: TaskLookup, parameters: [String: JSONValue]) -> Scope {
    scope(
      lookup.mark, lookup.appParameters, lookup.dataset, lookup.options, lookup.format, lookup.window,
      parameters: parameters)
  }

  private func scope(
    _ mark: TaskMark, _ app: [String: JSONValue], _ dataset: String, _ options: [String: JSONValue], _ format: String,
    _ window: SentWindow?, parameters: [String: JSONValue]
  ) -> Scope {
    let app = traits.appParameters.applied(to: app)
    var scope = Scope(
      parameters: traits.parameters.completed(parameters, window: window, app: app),
      app: traits.appParameters.completed(app, window: window, app: app))
    if let rule = datasets[dataset] {
      let options = traits.dataset(dataset)?.options.completed(options, window: window, app: app) ?? options
      scope.options = rule.onTheWire(options)
      scope.dataset = rule.form(for: options)?.values ?? [:]
    }
    scope.window = window
    scope.job = mark.values
    scope.job["format"] = formats[format].map { .string($0) } ?? .null
    return scope
  }
}
