// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension ServiceSheet {
  /// As `service show` prints it: within 80 columns.
  var text: String {
    let head = [
      "\(traits.name), revision \(traits.revision)", WrappedRows.wrapped(title, first: "", below: "", width: 80),
    ].joined(separator: "\n")
    let parts = [
      section("Parameters of the service", traits.parameters), section("Parameters of each app", traits.appParameters),
      secrets,
    ].compactMap { $0 }
    return
      ([head + "\n\n" + overview.text()] + parts + ["Datasets\n" + traits.datasets.map(words).joined(separator: "\n")])
      .joined(separator: "\n\n")
  }

  private var overview: WrappedRows {
    var rows = WrappedRows()
    rows.add("base", traits.base)
    rows.add("docs", docs)
    rows.add("retired", retired.map { "\($0)" })
    rows.add("auth", authWords)
    rows.add("formats", traits.formats.joined(separator: ", "))
    rows.add("result", resultWords)
    rows.add("limits", traits.limitWords)
    rows.add("looks", lookWords)
    rows.add("recovery", "\(traits.recovery.rawValue). \(traits.recoveryWords)")
    rows.add("keeps", keepWords)
    rows.add(
      "cancel", traits.canCancel ? "A task can be stopped, and says when it has been." : "A task cannot be stopped.")
    if traits.tidies { rows.add("tidy", "A task is taken away at the service once its files are good.") }
    rows.add(
      "catalogue",
      traits.hasCatalogue
        ? "Apps can be found: 'discover' in a manifest, 'outhaul apps'." : "Apps must be written down.")
    return rows
  }

  private var authWords: String {
    switch traits.proof {
    case .none: "none: requests need no proof"
    case .credential: "\(facts.auth): what 'credential' of the manifest says"
    case .secrets: "\(facts.auth): made from 'secrets' of the service in the manifest"
    }
  }

  private var resultWords: String {
    switch traits.delivery {
    case .container(let rights):
      "\(facts.result): the service writes files to a container of yours; a SAS for it needs the rights \(rights)"
    case .fetched: "\(facts.result): the service keeps files, and they are fetched; no container is needed"
    }
  }

  private var lookWords: String {
    let rule = traits.polling
    var words = "first after \(DurationText.format(rule.first)), then every \(DurationText.format(rule.every))"
    if rule.growth > 1 { words += ", growing to \(DurationText.format(rule.most))" }
    if let page = traits.listPage { words += "; many by one list of \(page)" }
    return words
  }

  private var keepWords: String? {
    let parts = [
      facts.keepsTask.map { "tasks for \($0)" }, facts.keepsResult.map { "files for \($0)" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private func section(_ title: String, _ parameters: [ParameterTraits]) -> String? {
    guard !parameters.isEmpty else { return nil }
    var rows = WrappedRows()
    for parameter in parameters { rows.add(parameter.name, parameter.words) }
    return title + "\n" + rows.text()
  }

  private var secrets: String? {
    guard !traits.secrets.isEmpty else { return nil }
    var rows = WrappedRows()
    for secret in traits.secrets {
      let about = secret.about.isEmpty ? "a secret" : secret.about
      rows.add(secret.name, about + (secret.isRequired ? "; required" : ""))
    }
    return "Secrets\n" + rows.text()
  }

  private func words(_ dataset: DatasetTraits) -> String {
    var rows = WrappedRows()
    let aliases = dataset.aliases.isEmpty ? "" : "; also \(dataset.aliases.joined(separator: ", "))"
    rows.add(dataset.name, dataset.kind.rawValue + aliases)
    var parts = WrappedRows(indent: 4)
    parts.add("needs", dataset.needs.map { "the parameter '\($0)' of the service" })
    parts.add("window", dataset.window?.words)
    for option in dataset.options { parts.add(option.name, option.words) }
    for group in dataset.oneOf { parts.add("one of", "\(group.joined(separator: ", ")), at most") }
    return parts.rows.isEmpty ? rows.text() : rows.text() + "\n" + parts.text()
  }
}

extension ServiceTraits {
  /// What may be asked of the service at once, and in a span of time.
  var limitWords: String {
    var parts = ["\(Count.words(limits.active, "live task"))", "\(limits.activePerApp) of one app"]
    parts += sharedLimits.map { "\($0.active) with the same \($0.parameters.joined(separator: ", "))" }
    if let rate = limits.submitsPerSecond { parts.append("\(rate.short) submits a second") }
    if let rate = limits.callsPerSecond { parts.append("\(rate.short) calls a second") }
    parts += limits.calls.map { "\($0.most) \($0.verb.words) in \(DurationText.format($0.every))" }
    parts += limits.starts.map { limit in
      let reset = limit.resets.map { ", counted anew at \($0.words)" } ?? ""
      return "\(Count.words(limit.most, "new task")) in \(DurationText.format(limit.every))\(reset)"
    }
    return parts.joined(separator: "; ")
  }
}

extension CallLimit.Verb {
  fileprivate var words: String { self == .any ? "calls" : "calls to \(rawValue)" }
}

extension StartLimit.Reset {
  /// `00:00 America/Chicago`.
  var words: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60)) \(zone)"
  }
}

extension Double {
  /// `10`, `0.5`.
  fileprivate var short: String { self == rounded() && abs(self) < 1e15 ? "\(Int64(self))" : "\(self)" }
}
