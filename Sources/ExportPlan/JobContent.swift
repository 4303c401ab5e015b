// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// What a job is: everything its key covers, and nothing else.
///
/// Covered: the service (description's name, base URL as declared, account parameters), the app's parameters, the
/// dataset and its options, the format, the window or as-of cell, the destination without credentials. Not covered:
/// limits, retries, time-outs, verification, names and labels, the description's revision.
public struct JobContent: Sendable {
  public var service: PlannedService
  public var app: [String: JSONValue]
  public var dataset: String
  public var options: [String: JSONValue]
  public var format: String
  public var window: Window
  public var destination: DestinationSetting.Kind

  public init(
    service: PlannedService, app: [String: JSONValue], dataset: String, options: [String: JSONValue],
    format: String, window: Window, destination: DestinationSetting.Kind
  ) {
    (self.service, self.app, self.dataset, self.options) = (service, app, dataset, options)
    (self.format, self.window, self.destination) = (format, window, destination)
  }

  /// The canonical description; its members and their order are part of the format and never change.
  public var canonicalBytes: [UInt8] {
    Self.opening(app: app)
      + Self.middle(service: service, dataset: dataset, options: options, format: format, destination: destination)
      + Self.closing(window)
  }

  public var key: JobKey { JobKey(Digest(of: canonicalBytes)) }
}

// The description in three parts, so that what many jobs share is written and hashed once.
extension JobContent {
  static func opening(app: [String: JSONValue]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("app", .object(app))
    return writer.bytes
  }

  static func middle(
    service: PlannedService, dataset: String, options: [String: JSONValue], format: String,
    destination: DestinationSetting.Kind
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.member("base", service.base)
    writer.member("dataset", dataset)
    writer.member("destination", destination.identity)
    writer.member("format", format)
    writer.member("options", .object(options))
    writer.member("parameters", .object(service.parameters))
    writer.member("service", service.description)
    writer.member("v", 1)
    // A comma stands where the brace of an object of its own would be.
    return [UInt8(ascii: ",")] + writer.bytes.dropFirst()
  }

  static func closing(_ window: Window) -> [UInt8] {
    Array(#","window":{"end":"\#(window.end)","start":"\#(window.start)"}}"#.utf8)
  }
}

extension DestinationSetting.Kind {
  /// Where artifacts land, without what proves the right to write there.
  var identity: JSONValue {
    switch self {
    case .azureContainer(let container): ["azure_container": .string(container.url)]
    case .directory(let path, _, .usual): ["directory": .string(path)]
    case .directory(let path, _, let files): ["directory": .string(path), "files": .string(files.text)]
    }
  }
}
