// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// How the settings that a plan carries stand in JSON, both ways. No secret is among them: only names of secrets.

extension SecretReference {
  var json: JSONValue {
    switch self {
    case .environment(let name): ["env": .string(name)]
    case .file(let path): ["file": .string(path)]
    case .command(let words): ["command": .array(words.map { .string($0) })]
    }
  }

  init?(_ json: JSONValue) {
    if let name = json["env"]?.string {
      self = .environment(name)
    } else if let path = json["file"]?.string {
      self = .file(path)
    } else if let words = json["command"]?.array?.compactMap(\.string), !words.isEmpty {
      self = .command(words)
    } else {
      return nil
    }
  }
}

extension DestinationSetting.Kind {
  var json: JSONValue {
    switch self {
    case .azureContainer(let container):
      switch container.credential {
      case .accountKey(let secret):
        ["azure_container": ["url": .string(container.url), "account_key": .string(secret)]]
      case .sas(let secret): ["azure_container": ["url": .string(container.url), "sas": .string(secret)]]
      case .credential(let credential):
        ["azure_container": ["url": .string(container.url), "credential": credential.json]]
      }
    case .directory(let path, let staging, let files):
      [
        "directory": .object(
          [
            "path": .string(path), "staging": staging.map { .string($0) },
            // What is as it is unless said is not written: plans keep their bytes.
            "files": files == .usual ? nil : .string(files.text),
          ].compactMapValues { $0 })
      ]
    }
  }

  init?(_ json: JSONValue) {
    if let container = json["azure_container"], let url = container["url"]?.string {
      if let secret = container["account_key"]?.string {
        self = .azureContainer(AzureContainerSetting(url: url, credential: .accountKey(secret: secret)))
      } else if let secret = container["sas"]?.string {
        self = .azureContainer(AzureContainerSetting(url: url, credential: .sas(secret: secret)))
      } else if let credential = container["credential"].flatMap({ CredentialSetting($0) }) {
        self = .azureContainer(AzureContainerSetting(url: url, credential: .credential(credential)))
      } else {
        return nil
      }
    } else if let directory = json["directory"], let path = directory["path"]?.string {
      var files = NameTemplate.usual
      if let told = directory["files"] {
        guard let text = told.string, let template = try? NameTemplate(text) else { return nil }
        files = template
      }
      self = .directory(path: path, staging: directory["staging"]?.string, files: files)
    } else {
      return nil
    }
  }
}

extension ServiceLimits {
  var json: JSONValue {
    .object(
      [
        "active": .int(Int64(active)), "active_per_app": .int(Int64(activePerApp)),
        "submits_per_second": submitsPerSecond.map { .double($0) },
        "calls_per_second": callsPerSecond.map { .double($0) },
      ].compactMapValues { $0 })
  }

  init?(_ json: JSONValue) {
    guard let active = json["active"]?.int, let perApp = json["active_per_app"]?.int else { return nil }
    self.init(
      active: Int(active), activePerApp: Int(perApp), submitsPerSecond: json["submits_per_second"]?.number,
      callsPerSecond: json["calls_per_second"]?.number)
  }
}

extension RetrySetting {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "attempts": .int(Int64(attempts)), "first": .string(DurationText.format(first)), "factor": .double(factor),
      "most": .string(DurationText.format(most)),
    ]
    // What is as it is unless said is not written: plans keep their bytes.
    if coolDown != Self.usualCoolDown { members["cool_down"] = .string(DurationText.format(coolDown)) }
    return .object(members)
  }

  init?(_ json: JSONValue) {
    guard let attempts = json["attempts"]?.int, let first = json["first"]?.duration,
      let factor = json["factor"]?.number, let most = json["most"]?.duration
    else { return nil }
    self.init(attempts: Int(attempts), first: first, factor: factor, most: most)
    guard let member = json["cool_down"] else { return }
    guard let pause = member.duration else { return nil }
    coolDown = pause
  }
}

extension TimeoutSetting {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "queued": .string(DurationText.format(queued)), "running": .string(DurationText.format(running)),
      "total": .string(DurationText.format(total)),
    ]
    if then != .abandon { members["then"] = .string(then.rawValue) }
    return .object(members)
  }

  init?(_ json: JSONValue) {
    guard let queued = json["queued"]?.duration, let running = json["running"]?.duration,
      let total = json["total"]?.duration
    else { return nil }
    self.init(queued: queued, running: running, total: total)
    guard let member = json["then"] else { return }
    guard let policy = member.string.flatMap(Policy.init) else { return nil }
    then = policy
  }
}

extension ExportLimits {
  var json: JSONValue {
    .object(
      ["active": active, "active_per_app": activePerApp].compactMapValues { $0.map { .int(Int64($0)) } })
  }

  init?(_ json: JSONValue) {
    self.init(active: json["active"]?.int.map { Int($0) }, activePerApp: json["active_per_app"]?.int.map { Int($0) })
    // A limit is a number above nothing.
    guard let members = json.object, members.count == [active, activePerApp].compactMap(\.self).count,
      [active, activePerApp].allSatisfy({ $0.map { $0 > 0 } ?? true })
    else { return nil }
  }
}

extension VerifySetting {
  var json: JSONValue {
    .object(
      [
        "inside_window": .bool(insideWindow), "min_rows": .int(Int64(minRows)), "schema": .bool(schema),
        "unique": unique.map { .bool($0) },
      ].compactMapValues { $0 })
  }

  init?(_ json: JSONValue) {
    guard let rows = json["min_rows"]?.int, case .bool(let schema)? = json["schema"],
      case .bool(let insideWindow)? = json["inside_window"]
    else { return nil }
    self.init(minRows: Int(rows), schema: schema, insideWindow: insideWindow)
    guard let member = json["unique"] else { return }
    guard case .bool(let unique) = member else { return nil }
    self.unique = unique
  }
}

extension JSONValue {
  var number: Double? {
    switch self {
    case .int(let whole): Double(whole)
    case .double(let number): number
    default: nil
    }
  }

  var duration: Duration? { string.flatMap(DurationText.parse) }
}
