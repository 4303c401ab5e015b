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

  /// The request that would make the task of a job's attempt. Pure: nothing is sent, and no secret is needed. What the
  /// steps before it would take stands there by its name.
  /// - Throws: `ServiceError` when the description cannot make it.
  public func preview(
    of order: TaskOrder, base: String, parameters: [String: JSONValue]
  ) throws -> RequestPreview {
    var scope = try submitScope(of: order, parameters: parameters)
    scope.secrets = Dictionary(traits.secrets.map { ($0.name, Secret(Self.hiddenAddress)) }) { first, _ in first }
    for name in submit.preparing.flatMap(\.take.keys) { scope.step[name] = .string("<\(name)>") }
    let request = try submission(of: order, base: Self.filled(base, parameters), scope)
    return RequestPreview(method: request.method, url: request.url, body: request.json)
  }

  /// The request that makes the task, in the form that the order's options choose.
  func submission(of order: TaskOrder, base: String, _ scope: Scope) throws -> FilledRequest {
    var request = try fill(submit.making.call, base: base, scope)
    request.merge(datasets[order.dataset]?.form(for: order.options)?.json?.value(scope.value))
    return request
  }

  /// What the requests of a submit may name.
  /// - Throws: `ServiceError` for a dataset that the service has not, or not with these options.
  func submitScope(of order: TaskOrder, parameters: [String: JSONValue]) throws -> Scope {
    guard let dataset = datasets[order.dataset] else {
      throw ServiceError(.never, "the service has no dataset '\(order.dataset)'")
    }
    guard dataset.form(for: order.options) != nil else {
      throw ServiceError(.never, "'\(order.dataset)' has no form for the options that are given")
    }
    var scope = scope(of: order, parameters: parameters)
    scope.job["delivery"] = .string(order.delivery.reveal())
    return scope
  }

  /// The values of what templates may name of an attempt.
  package func values(of order: TaskOrder, parameters: [String: JSONValue]) -> (TemplateName) -> JSONValue? {
    let scope = scope(of: order, parameters: parameters)
    return { scope.value($0) }
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
    scope.hasNumberedWindow = [.epochSeconds, .epochMilliseconds].contains(traits.dataset(dataset)?.window?.render)
    scope.job = mark.values
    scope.job["format"] = formats[format].map { .string($0) } ?? .null
    return scope
  }
}

extension DatasetRule {
  /// The form that the given options choose.
  func form(for options: [String: JSONValue]) -> Form? {
    forms.first { form in form.option.map { options[$0] != nil } ?? true }
  }

  /// Options in the service's own words.
  func onTheWire(_ options: [String: JSONValue]) -> [String: JSONValue] {
    Dictionary(
      uniqueKeysWithValues: options.map { name, value in
        (name, value.string.flatMap { wire[name]?[$0] }.map { .string($0) } ?? value)
      })
  }
}
