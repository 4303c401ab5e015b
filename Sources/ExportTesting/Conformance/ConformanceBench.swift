// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices

/// A service that is asked, the server that answers, and samples of what to ask.
struct ConformanceBench: Sendable {
  let description: ServiceDescription
  let server: DescribedServer
  let service: DescribedService
  let parameters: [String: JSONValue]
  let app: [String: JSONValue]
  let secrets: [String: Secret]
  private let suite: ServiceConformance
  private let base: String
  private let transport: any HTTPTransport

  init(
    _ suite: ServiceConformance, _ server: DescribedServer, at base: String, over transport: any HTTPTransport
  ) throws {
    (self.suite, self.base, self.transport) = (suite, base, transport)
    (description, self.server) = (suite.description, server)
    let traits = suite.description.traits
    var parameters = Self.values(of: traits.parameters).merging(suite.parameters) { $1 }
    for name in traits.datasets.compactMap(\.needs) { parameters[name] = true }
    self.parameters = parameters
    app = Self.values(of: traits.appParameters).merging(suite.app) { $1 }
    let made = Dictionary(traits.secrets.map { ($0.name, Secret("canary-\($0.name)-d4")) }) { first, _ in first }
    let secrets = made.merging(suite.secrets) { $1 }
    self.secrets = secrets
    let world = CredentialWorld(transport: transport)
    let proof = try description.proof(base: base, parameters: parameters, secrets: secrets, world: world) { _ in
      ConformanceTokens()
    }
    service = DescribedService(
      description: description, base: base, parameters: parameters, secrets: secrets, proof: proof,
      transport: transport)
  }

  /// The same service as one sees it that has asked for nothing yet.
  func anew() throws -> ConformanceBench { try ConformanceBench(suite, server, at: base, over: transport) }

  /// Defaults, and something for what is required.
  private static func values(of parameters: [ParameterTraits]) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for parameter in parameters {
      if let value = parameter.defaultValue ?? (parameter.isRequired ? sample(parameter) : nil) {
        values[parameter.name] = value
      }
    }
    return values
  }

  private static func sample(_ parameter: ParameterTraits) -> JSONValue {
    switch parameter.kind {
    case .text, .template: .string("sample")
    case .int: 1
    case .flag: false
    case .ints: [1, 2]
    case .choice(let words): .string(words.first ?? "")
    }
  }

  // MARK: Samples

  /// Every way of asking for something: a dataset, and the options that choose one of its forms.
  var questions: [Question] {
    description.traits.datasets.flatMap { dataset in
      (description.datasets[dataset.name]?.forms ?? []).map { form in
        var options = Self.values(of: dataset.options)
        if let option = dataset.options.first(where: { $0.name == form.option }) {
          options[option.name] = options[option.name] ?? Self.sample(option)
        }
        return Question(dataset: dataset, options: options)
      }
    }
  }

  struct Question: Sendable {
    var dataset: DatasetTraits
    var options: [String: JSONValue]
  }

  /// The first of them, which stands for all where it does not matter.
  func question() throws -> Question {
    guard let question = questions.first else { throw ConformanceProblem("there is no dataset") }
    return question
  }

  static func mark(_ number: Int) -> TaskMark { TaskMark(JobKey(Digest(of: "job \(number)")), attempt: number) }

  /// An attempt that the server can tell from every other, as far as the description lets it.
  func order(_ number: Int, _ question: Question, format: String? = nil) -> TaskOrder {
    let order = TaskOrder(
      mark: Self.mark(number), appParameters: app, dataset: question.dataset.name, options: question.options,
      format: format ?? description.traits.formats.first ?? "", window: Self.window(question.dataset.window),
      delivery: delivery)
    expect(order)
    return order
  }

  /// Where every order wants its files.
  var delivery: Secret {
    Secret("https://acct.example/c?sv=2026&sig=\(PercentEncoding.encode(ConformanceCanary.delivery))")
  }

  func order(_ number: Int) throws -> TaskOrder { order(number, try question()) }

  func lookup(_ order: TaskOrder, since: Instant) -> TaskLookup {
    TaskLookup(
      mark: order.mark, appParameters: order.appParameters, dataset: order.dataset, options: order.options,
      format: order.format, window: order.window, since: since)
  }

  func reference(_ id: String, _ order: TaskOrder) -> TaskReference {
    var reference = TaskReference(id: id, appParameters: order.appParameters, dataset: order.dataset)
    reference.making = TaskMaking(
      mark: order.mark, options: order.options, format: order.format, window: order.window)
    return reference
  }

  private static func window(_ rule: WindowRule?) -> SentWindow? {
    switch rule?.render {
    case .iso?: SentWindow(start: "2026-01-01T00:00:00Z", end: "2026-01-02T00:00:00Z")
    case .date?: SentWindow(start: "2026-01-01", end: "2026-01-02")
    case .hour?: SentWindow(start: "20260101T00", end: "20260102T00")
    case .compactDate?: SentWindow(start: "20260101", end: "20260102")
    case .epochSeconds?: SentWindow(start: "1767225600", end: "1767312000")
    case .epochMilliseconds?: SentWindow(start: "1767225600000", end: "1767312000000")
    case nil: nil
    }
  }

  /// Tells the server what the request of an order can be told by.
  private func expect(_ order: TaskOrder) {
    let expected = description.expected(order, parameters: parameters)
    server.state.withLock { $0.expected.append(expected) }
  }

  /// Secrets, as they are and as they stand in an address.
  var shown: [String] {
    let texts = secrets.values.map { $0.reveal() } + [ConformanceCanary.token, ConformanceCanary.delivery]
    return texts.flatMap { [$0, PercentEncoding.encode($0)] }
  }

  // MARK: Asking

  /// A task that is at the service.
  func made(_ number: Int = 1) async throws -> (reference: TaskReference, order: TaskOrder) {
    let order = try order(number)
    let receipt = try await service.submit(order)
    return (reference(receipt.id, order), order)
  }

  /// A number that no attempt has had.
  func fresh() -> Int {
    server.state.withLock { state in
      state.attempts += 1
      return 1000 + state.attempts
    }
  }

  /// The refusal that a call ends with.
  func refusal(_ what: String, _ body: () async throws -> Void) async throws -> ServiceError {
    do {
      try await body()
    } catch let error as ServiceError {
      return error
    }
    throw ConformanceProblem("\(what) was taken for a good answer")
  }

  func fault(_ call: DescribedServer.Call, _ fault: @escaping DescribedServer.Fault) {
    server.state.withLock { $0.faults[call] = fault }
  }
}

/// Tokens of the manifest's credential: another one for each that was refused.
private actor ConformanceTokens: TokenSource {
  private var number = 1

  func token() -> Secret? { Secret(number == 1 ? ConformanceCanary.token : "canary-token-b\(number)") }

  func refused(_ token: Secret) -> Bool {
    number += 1
    return true
  }
}
