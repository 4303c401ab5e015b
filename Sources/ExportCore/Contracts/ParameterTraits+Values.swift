// SPDX-License-Identifier: Apache-2.0

extension [ParameterTraits] {
  /// The values given, with defaults where none is.
  public func applied(to values: [String: JSONValue]) -> [String: JSONValue] {
    var result = values
    for parameter in self where result[parameter.name] == nil {
      if let value = parameter.defaultValue { result[parameter.name] = value }
    }
    return result
  }

  /// The values given, those of templates as one job has them; one that the job cannot complete is left out.
  public func completed(
    _ values: [String: JSONValue], window: SentWindow?, app: [String: JSONValue]
  ) -> [String: JSONValue] {
    var result = values
    for parameter in self where parameter.kind == .template {
      guard let text = values[parameter.name]?.string else { continue }
      result[parameter.name] = JobTemplate(text).text(window: window, app: app).map { .string($0) }
    }
    return result
  }
}
