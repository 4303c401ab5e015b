// SPDX-License-Identifier: Apache-2.0

/// What a planner and a scheduler must know of a service, as a value made from its description.
public struct ServiceTraits: Sendable, Equatable {
  /// The description's name, such as `azure-mobile-engagement`.
  public var name: String
  public var revision: Int
  /// Of the description's bytes.
  public var digest: Digest
  /// Where requests go unless the manifest says otherwise.
  public var base: String
  /// What `with:` of a service takes.
  public var parameters: [ParameterTraits]
  /// What `with:` of an app takes.
  public var appParameters: [ParameterTraits]
  public var datasets: [DatasetTraits]
  /// The manifest's words for formats, such as `json` and `csv`; the first is the default.
  public var formats: [String]
  public var limits: ServiceLimits
  public var recovery: RecoveryClass
  public var polling: PollRule
  /// Limits of apps that share something; a manifest does not change them.
  public var sharedLimits: [SharedLimit] = []
  /// Its apps can be asked for: `discover`.
  public var hasCatalogue = false
  /// Tasks of one app that one request of its list tells of; `nil`: they are looked at one by one.
  public var listPage: Int?
  /// A task can be stopped, and the service says when it has been.
  public var canCancel = false
  /// How long the same order may be sent again without making a second task, from when it was first sent. For the
  /// recovery class `token`.
  public var tokenLife: Duration?
  /// What proves who sends a request.
  public var proof: ProofTraits = .credential
  /// Secrets that the description asks for: `secrets:` of a service in the manifest.
  public var secrets: [SecretTraits] = []
  /// How files leave the service.
  public var delivery: DeliveryTraits = .container(rights: "wl")
  /// A task whose files are good is to be taken away at the service.
  public var tidies = false

  public init(
    name: String, revision: Int, digest: Digest, base: String, parameters: [ParameterTraits],
    appParameters: [ParameterTraits], datasets: [DatasetTraits], formats: [String], limits: ServiceLimits,
    recovery: RecoveryClass, polling: PollRule
  ) {
    self.name = name
    self.revision = revision
    self.digest = digest
    self.base = base
    self.parameters = parameters
    self.appParameters = appParameters
    self.datasets = datasets
    self.formats = formats
    self.limits = limits
    self.recovery = recovery
    self.polling = polling
  }

  public func dataset(_ name: String) -> DatasetTraits? { datasets.first { $0.name == name } }
}

/// Where what proves who sends a request comes from.
public enum ProofTraits: String, Sendable, Equatable {
  /// Requests need no proof.
  case none
  /// A bearer token of the manifest's `credential:`.
  case credential
  /// Made from `secrets:` of the service, as the description says.
  case secrets
}

/// A secret that a description asks for.
public struct SecretTraits: Sendable, Equatable {
  public var name: String
  /// One line for people: what it is, and which rights it needs.
  public var about: String
  public var isRequired: Bool

  public init(_ name: String, about: String = "", isRequired: Bool = true) {
    (self.name, self.about, self.isRequired) = (name, about, isRequired)
  }
}

/// How files leave a service.
public enum DeliveryTraits: Sendable, Equatable {
  /// The service writes to a container of ours. `rights`: letters of the shared access signature that it needs there.
  case container(rights: String)
  /// The service keeps them, and they are fetched: no container is needed.
  case fetched
}

/// A named value that a description asks for.
public struct ParameterTraits: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case text, int, flag
    /// A text that may hold `${window.start}`, `${window.end}` and `${app.NAME}`; they are put in for each job.
    case template
    /// A list of whole numbers.
    case ints
    case choice([String])
  }

  /// Dots nest: `campaigns.type` is written `campaigns: {type: …}`.
  public var name: String
  public var kind: Kind
  public var isRequired: Bool
  public var defaultValue: JSONValue?
  /// What a text must match as a whole; a regular expression.
  public var pattern: String?

  public init(_ name: String, _ kind: Kind, isRequired: Bool = false, defaultValue: JSONValue? = nil) {
    (self.name, self.kind, self.isRequired, self.defaultValue) = (name, kind, isRequired, defaultValue)
  }
}

/// One dataset of a service.
public struct DatasetTraits: Sendable, Equatable {
  public enum Kind: String, Sendable, Equatable {
    /// The state of things now; it has no past.
    case snapshot
    /// What happened in a window.
    case historical
  }

  public var name: String
  /// Other spellings a person may type, such as `events`.
  public var aliases: [String]
  public var kind: Kind
  /// What may be said of the dataset in an export, under the dataset's own name.
  public var options: [ParameterTraits]
  /// How its window goes on the wire; `nil` when nothing is sent.
  public var window: WindowRule?
  /// A service parameter that must be true before the dataset may be asked for.
  public var needs: String?
  /// How its rows are found in an artifact.
  public var rows: RowRule
  /// Options of which one at most may be given.
  public var oneOf: [[String]] = []
  /// Options whose value is a question: the service is asked at plan time, and what it finds becomes the value of
  /// another option, by the asking option's name.
  public var searches: [String: String] = [:]

  public init(
    name: String, aliases: [String] = [], kind: Kind, options: [ParameterTraits] = [], window: WindowRule? = nil,
    needs: String? = nil, rows: RowRule = RowRule()
  ) {
    (self.name, self.aliases, self.kind, self.options) = (name, aliases, kind, options)
    (self.window, self.needs, self.rows) = (window, needs, rows)
  }
}

/// The unit, zone and text in which a service takes windows.
public struct WindowRule: Sendable, Equatable {
  public enum Unit: String, Sendable, Equatable, CaseIterable { case instant, hour, day, month }
  public enum Render: String, Sendable, Equatable, CaseIterable {
    case iso, date, hour
    case compactDate = "compact-date"
    case epochSeconds = "epoch-s"
    case epochMilliseconds = "epoch-ms"
  }
  public enum End: String, Sendable, Equatable, CaseIterable { case open, included }

  public var unit: Unit
  public var render: Render
  /// An IANA name.
  public var zone: String
  public var end: End
  /// The longest window that the service takes.
  public var most: Duration?
  /// How long after a window's end its data are complete at the service.
  public var lag: Duration?
  /// How far back the service has data, from now to a window's start.
  public var oldest: Duration?

  public init(unit: Unit, render: Render, zone: String = "UTC", end: End) {
    (self.unit, self.render, self.zone, self.end) = (unit, render, zone, end)
  }
}

/// Where the rows of a dataset stand in a decoded file, and what each must have.
public struct RowRule: Sendable, Equatable {
  /// Each step from the document down to a row: `*` every element of an array, else a member's name.
  /// The rows of `[{"events": [row]}]` are at `["*", "events", "*"]`.
  public var path: [String]
  /// Every object on the path has the path's next member.
  public var isPathRequired = true
  /// Members of a row that must be there.
  public var required: [String]
  /// Members of a row whose time must lie inside the job's window.
  public var times: [String]
  /// What members are, where they are there.
  public var fields: [FieldRule] = []
  /// Members that the object which holds a list of rows must have, and what they are. Of a table they are columns.
  public var above: [FieldRule] = []
  /// Members of a row that no other row of the job has the same values of; empty: rows may be alike.
  public var unique: [String] = []

  public init(path: [String] = ["*"], required: [String] = [], times: [String] = []) {
    (self.path, self.required, self.times) = (path, required, times)
  }

  /// What is left when nothing is said of the form of rows.
  public var withoutSchema: RowRule {
    var rule = self
    (rule.isPathRequired, rule.required, rule.fields, rule.above) = (false, [], [], [])
    return rule
  }
}

/// What one member of a row may be.
public struct FieldRule: Sendable, Equatable {
  /// `time`: RFC 3339, also with a blank for `T`, without a zone, or a bare date. `guid`: 32 hexadecimal digits, with or
  /// without dashes.
  public enum Kind: String, Sendable, Equatable, CaseIterable { case text, int, number, flag, time, guid, object, list }

  public var name: String
  public var kind: Kind
  /// The words that a text, or every element of a list, may be; empty: any.
  public var values: [String]
  public var mayBeNull: Bool

  public init(_ name: String, _ kind: Kind, values: [String] = [], mayBeNull: Bool = false) {
    (self.name, self.kind, self.values, self.mayBeNull) = (name, kind, values, mayBeNull)
  }
}

/// How much may be asked of a service at once. A manifest may lower these, never raise them.
public struct ServiceLimits: Sendable, Equatable {
  /// Live tasks at once.
  public var active: Int
  /// Live tasks of one app at once.
  public var activePerApp: Int
  /// Submits per second; `nil`: as many as the rest allows.
  public var submitsPerSecond: Double?
  /// Requests of every kind per second.
  public var callsPerSecond: Double?
  /// Requests of one kind in a span of time; none is exceeded. No part of a plan.
  public var calls: [CallLimit] = []
  /// Tasks that may be made in a span of time, those of earlier runs included. No part of a plan.
  public var starts: [StartLimit] = []

  public init(
    active: Int, activePerApp: Int, submitsPerSecond: Double? = nil, callsPerSecond: Double? = nil
  ) {
    (self.active, self.activePerApp) = (active, activePerApp)
    (self.submitsPerSecond, self.callsPerSecond) = (submitsPerSecond, callsPerSecond)
  }
}

/// Requests of one kind in a span of time.
public struct CallLimit: Sendable, Equatable {
  public enum Verb: String, Sendable, Equatable, CaseIterable { case submit, poll, list, cancel, fetch, any }

  public var verb: Verb
  public var most: Int
  public var every: Duration

  public init(_ verb: Verb, most: Int, every: Duration) { (self.verb, self.most, self.every) = (verb, most, every) }
}

/// Tasks that may be made in a span of time.
public struct StartLimit: Sendable, Equatable {
  /// When a service begins to count anew.
  public struct Reset: Sendable, Equatable {
    /// Minutes after midnight.
    public var minute: Int
    /// An IANA name.
    public var zone: String

    public init(minute: Int, zone: String) { (self.minute, self.zone) = (minute, zone) }
  }

  public var most: Int
  /// A span that moves with the clock, unless there is a reset.
  public var every: Duration
  /// Once a day.
  public var resets: Reset?

  public init(most: Int, every: Duration, resets: Reset? = nil) {
    (self.most, self.every, self.resets) = (most, every, resets)
  }
}

/// Live tasks at once of those apps that have the same values for some parameters, such as one for each region.
public struct SharedLimit: Sendable, Equatable {
  public var active: Int
  /// Of `with:` of an app.
  public var parameters: [String]

  public init(active: Int, parameters: [String]) { (self.active, self.parameters) = (active, parameters) }
}

/// How a task is found again after its answer was lost (services.md, section 3.4).
public enum RecoveryClass: String, Sendable, Equatable, CaseIterable {
  case named, token, marked, single, lookalike, blind
}

/// When a task is looked at.
public struct PollRule: Sendable, Equatable {
  /// Between the submit and the first look.
  public var first: Duration
  /// Between the first look and the second.
  public var every: Duration
  /// By how much each interval is longer than the one before; at least 1.
  public var growth: Double
  /// The longest interval.
  public var most: Duration

  public init(first: Duration, every: Duration, growth: Double, most: Duration) {
    (self.first, self.every, self.growth, self.most) = (first, every, growth, most)
  }
}
