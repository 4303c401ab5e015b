// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The values that templates are filled with.
struct Scope {
  var parameters: [String: JSONValue]
  var app: [String: JSONValue]
  var options: [String: JSONValue] = [:]
  var dataset: [String: String] = [:]
  var window: SentWindow?
  /// Bounds of windows are numbers.
  var hasNumberedWindow = false
  var job: [String: JSONValue] = [:]
  /// Taken from the answers of the steps before.
  var step: [String: JSONValue] = [:]
  var task: [String: String] = [:]
  /// Of a result that comes in pages.
  var page: [String: JSONValue] = [:]
  /// Taken from the items of lists.
  var found: [String: JSONValue] = [:]
  var words: [String: String] = [:]
  var secrets: [String: Secret] = [:]

  func value(_ name: TemplateName) -> JSONValue? {
    switch name.scope {
    case "param": parameters[name.name]
    case "app": app[name.name]
    case "option": options[name.name]
    case "dataset": dataset[name.name].map { .string($0) }
    case "window": window.map { bound(name.name == "start" ? $0.start : $0.end) }
    case "job": job[name.name]
    case "step": step[name.name]
    case "found": found[name.name]
    case "word": words[name.name].map { .string($0) }
    case "secret": secrets[name.name].map { .string($0.reveal()) }
    case "task": task[name.name].map { .string($0) }
    case "page": page[name.name]
    default: nil
    }
  }

  private func bound(_ text: String) -> JSONValue {
    if hasNumberedWindow, let number = Int64(text) { return .int(number) }
    return .string(text)
  }
}
