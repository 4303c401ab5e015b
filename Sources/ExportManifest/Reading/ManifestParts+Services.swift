// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `services:` and `destinations:`.
extension ManifestParts {
  mutating func service(_ name: Located<String>, _ node: YAMLNode) -> ServiceSetting? {
    guard var reader = MappingReader(node, "the service '\(name.value)'", code: "M001", &problems) else { return nil }
    let use = reader.required("use", &problems).flatMap { located($0, "'use'") }
    var service = ServiceSetting(name: name, use: use ?? Located("", at: name.place))
    (service.parameters, service.parametersAreRead) = with(&reader)
    service.base = reader.optional("base").flatMap { url($0, "'base'") }
    if let node = reader.optional("credential") {
      (service.credential, service.credentialPlace) = (credential(node), node.place)
    }
    (service.secrets, service.secretsAreRead) = serviceSecrets(&reader)
    if let node = reader.optional("limits") { service.limits = limits(node) }
    reader.finish(later: ManifestReader.later, &problems)
    return use == nil ? nil : service
  }

  /// An absolute http or https URL without user, query or fragment, and without a slash at its end.
  mutating func url(_ node: YAMLNode, _ noun: String) -> Located<String>? {
    guard let text = text(node, noun) else { return nil }
    let rest = text.behindHTTP.flatMap { rest in
      rest.contains { "?#@".contains($0) || $0.isWhitespace } || rest.first.map { $0 == "/" } ?? true ? nil : rest
    }
    if text.contains("@") {
      // What stands before it may be a password.
      add(
        "M010", "\(noun) holds a user or a password", at: node.place, help: "leave out what stands before '@'",
        hidesLine: true)
      return nil
    }
    guard let rest else {
      // A URL with a query may hold a signature: it is not repeated.
      let (shown, sign) = (text.prefix { $0 != "?" && $0 != "#" }, text.first { $0 == "?" || $0 == "#" })
      switch sign {
      case "?":
        add(
          "M010", "\(noun) has a query: '\(shown)?…'", at: node.place,
          help: "leave out what follows '?'; a signature is a secret", hidesLine: true)
      case "#":
        add("M010", "\(noun) has a fragment: '\(shown)#…'", at: node.place, help: "leave out what follows '#'")
      default: add("M010", "'\(text)' is not a URL for \(noun)", at: node.place, help: "write https://HOST/PATH")
      }
      return nil
    }
    let host = rest.prefix { $0 != "/" }.split(separator: ":").first ?? ""
    if text.hasPrefix("http:"), host != "127.0.0.1", host != "localhost" {
      add("M010", "\(noun) must be https: '\(text)'", at: node.place, help: "plain http is for 127.0.0.1 only")
    }
    return Located(text.hasSuffix("/") ? String(text.dropLast()) : text, at: node.place)
  }

  private mutating func limits(_ node: YAMLNode) -> LimitSetting {
    guard var reader = MappingReader(node, "'limits'", code: "M001", &problems) else { return LimitSetting() }
    var limits = LimitSetting()
    for (name, path) in [("active", \LimitSetting.active), ("active_per_app", \.activePerApp)] {
      guard let node = reader.optional(name) else { continue }
      limits[keyPath: path] = number(node, "'\(name)'", in: 1...100_000).map { Located($0, at: node.place) }
    }
    for (name, path) in [("submits", \LimitSetting.submitsPerSecond), ("calls", \.callsPerSecond)] {
      guard let node = reader.optional(name) else { continue }
      limits[keyPath: path] = rate(node, name).map { Located($0, at: node.place) }
    }
    reader.finish(later: ManifestReader.later, &problems)
    return limits
  }

  /// `10/s`, `600/m`, `1200/h`: calls per second.
  private mutating func rate(_ node: YAMLNode, _ name: String) -> Double? {
    if let parts = node.text?.wholeMatch(of: #/([0-9]{1,9})\/([smh])/#), let count = Double(parts.1), count > 0 {
      return count / (parts.2 == "s" ? 1 : parts.2 == "m" ? 60 : 3600)
    }
    add(
      "M012", "\(node.shown) is not a rate for '\(name)'", at: node.place,
      help: "write one such as 10/s or 600/m")
    return nil
  }

  mutating func destination(_ name: Located<String>, _ node: YAMLNode) -> DestinationSetting? {
    guard var reader = MappingReader(node, "the destination '\(name.value)'", code: "M001", &problems) else {
      return nil
    }
    let container = reader.optional("azure_container")
    let directory = reader.optional("directory")
    let key = reader.optional("account_key")
    let sas = reader.optional("sas")
    let credential = reader.optional("credential")
    let staging = reader.optional("staging")
    let files = reader.optional("files")
    reader.finish(later: ManifestReader.later, &problems)
    switch (container, directory) {
    case (let container?, nil):
      if let staging { add("M013", "'staging' belongs to a directory", at: staging.place) }
      if let files { add("M013", "'files' belongs to a directory", at: files.place) }
      guard let setting = azureContainer(container, key: key, sas: sas, credential: credential, name) else {
        return nil
      }
      return DestinationSetting(name: name, kind: .azureContainer(setting))
    case (nil, let directory?):
      for extra in [key, sas, credential].compactMap({ $0 }) {
        add(
          "M013", "a directory has no credential of its own", at: extra.place, help: "give it to the staging container")
      }
      guard let path = text(directory, "'directory'") else { return nil }
      let kind = DestinationSetting.Kind.directory(
        path: path, staging: staging.flatMap { text($0, "'staging'") },
        files: files.flatMap { template($0) } ?? .usual)
      var setting = DestinationSetting(name: name, kind: kind, stagingPlace: staging?.place)
      setting.filesPlace = files?.place
      return setting
    default:
      // A kind that is misspelt, or not known yet, was told as that.
      let isKnown = reader.members.allSatisfy { Self.membersOfDestinations.contains($0.key.text ?? "") }
      if container != nil || isKnown {
        let both = container == nil ? "" : ", not both"
        add("M013", "the destination '\(name.value)' needs 'azure_container' or 'directory'\(both)", at: name.place)
      }
      return nil
    }
  }

  private static let membersOfDestinations = [
    "azure_container", "directory", "account_key", "sas", "credential", "staging", "files",
  ]

  /// `{app}/{window}/part-{part}.{format}`
  private mutating func template(_ node: YAMLNode) -> NameTemplate? {
    guard let text = text(node, "'files'") else { return nil }
    do { return try NameTemplate(text) } catch {
      add("M024", error.message, at: node.place, help: error.help)
      return nil
    }
  }

  private mutating func azureContainer(
    _ node: YAMLNode, key: YAMLNode?, sas: YAMLNode?, credential: YAMLNode?, _ name: Located<String>
  ) -> AzureContainerSetting? {
    guard let url = url(node, "'azure_container'") else { return nil }
    guard url.value.split(separator: "/").count > 2 else {
      add(
        "M010", "'\(url.value)' names no container", at: node.place,
        help: "write https://ACCOUNT.blob.core.windows.net/CONTAINER")
      return nil
    }
    switch (key, sas, credential) {
    case (let key?, nil, nil):
      return secretName(key, "'account_key'").map {
        AzureContainerSetting(url: url.value, credential: .accountKey(secret: $0))
      }
    case (nil, let sas?, nil):
      return secretName(sas, "'sas'").map { AzureContainerSetting(url: url.value, credential: .sas(secret: $0)) }
    case (nil, nil, let credential?):
      let setting = self.credential(credential)
      guard setting != .none else {
        // What could not be read was told.
        if credential.text == "none" { add("M013", "a container needs a credential", at: credential.place) }
        return nil
      }
      return AzureContainerSetting(url: url.value, credential: .credential(setting))
    default:
      let both = key == nil && sas == nil && credential == nil ? "" : ", and only one of them"
      add(
        "M013", "the destination '\(name.value)' needs 'account_key', 'sas' or 'credential'\(both)", at: name.place)
      return nil
    }
  }
}
