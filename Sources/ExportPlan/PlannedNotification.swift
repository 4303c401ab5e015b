// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Who is told of a run of the plan, and how. No part of any key.
public struct PlannedNotification: Sendable, Equatable {
  public var name: String
  /// With names of secrets, never a secret.
  public var url: SecretText
  public var occasion: NotificationSetting.Occasion
  public var format: NotificationSetting.Format
  /// `nil`: the format's own.
  public var template: MessageTemplate?
  public var headers: [String: SecretText]
  /// For all tries together.
  public var timeout: Duration

  public init(
    name: String, url: SecretText, occasion: NotificationSetting.Occasion = .failure,
    format: NotificationSetting.Format = .slack, template: MessageTemplate? = nil, headers: [String: SecretText] = [:],
    timeout: Duration = NotificationSetting.usualTimeout
  ) {
    (self.name, self.url, self.occasion, self.format) = (name, url, occasion, format)
    (self.template, self.headers, self.timeout) = (template, headers, timeout)
  }

  /// Names of the plan's secrets that it needs.
  public var secrets: Set<String> { Set(url.names + headers.values.flatMap(\.names)) }
}

extension PlannedNotification {
  public init(_ setting: NotificationSetting) {
    self.init(
      name: setting.name.value, url: setting.url.value, occasion: setting.occasion, format: setting.format,
      // One that cannot be filled was told.
      template: setting.template.flatMap { try? MessageTemplate($0.value) },
      headers: setting.headers.mapValues(\.value),
      timeout: setting.timeout?.value ?? NotificationSetting.usualTimeout)
  }

  var json: JSONValue {
    var members: [String: JSONValue] = [
      "format": .string(format.rawValue), "name": .string(name), "on": .string(occasion.rawValue),
      "timeout": .string(DurationText.format(timeout)), "url": .string(url.text),
    ]
    // What is as it is without being said is not written.
    if let template { members["template"] = .string(template.text) }
    if !headers.isEmpty { members["headers"] = .object(headers.mapValues { .string($0.text) }) }
    return .object(members)
  }

  init?(_ json: JSONValue) {
    guard let name = json["name"]?.string, let url = json["url"]?.string,
      let occasion = json["on"]?.string.flatMap(NotificationSetting.Occasion.init),
      let format = json["format"]?.string.flatMap(NotificationSetting.Format.init),
      let timeout = json["timeout"]?.duration, timeout <= NotificationSetting.longest
    else { return nil }
    self.init(name: name, url: SecretText(url), occasion: occasion, format: format, timeout: timeout)
    if let text = json["template"] {
      guard let template = text.string.flatMap({ try? MessageTemplate($0) }) else { return nil }
      self.template = template
    }
    if let members = json["headers"] {
      guard let texts = members.object?.compactMapValues(\.string), texts.count == members.object?.count else {
        return nil
      }
      headers = texts.mapValues { SecretText($0) }
    }
  }
}
