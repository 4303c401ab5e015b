// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportServices
import ExportYAML

/// A reader of what people write, and what must hold for whatever it is given.
enum FuzzTarget: String, CaseIterable, Sendable {
  case yaml, manifest, description, plan

  static let asOf = Instant("2016-06-01T00:00:00Z") ?? Instant(seconds: 0)

  /// How many inputs every run of the tests tries.
  var count: Int {
    switch self {
    case .yaml: 300
    case .manifest: 150
    case .description: 400
    case .plan: 200
    }
  }

  var seeds: [[UInt8]] {
    switch self {
    case .yaml: FuzzSeeds.manifests + FuzzSeeds.included + FuzzSeeds.descriptions
    case .manifest: FuzzSeeds.manifests
    case .description: FuzzSeeds.descriptions
    case .plan: FuzzSeeds.plans
    }
  }

  var mutator: Mutator {
    switch self {
    case .yaml: Mutator(words: FuzzWords.yaml, others: seeds)
    case .manifest: Mutator(words: FuzzWords.manifest, others: FuzzSeeds.manifests + FuzzSeeds.included)
    case .description: Mutator(words: FuzzWords.description, others: FuzzSeeds.descriptions)
    case .plan: Mutator(words: FuzzWords.plan, others: FuzzSeeds.plans, sizeLimit: 1 << 20)
    }
  }

  /// Gives the reader an input.
  func verdict(on input: [UInt8], using random: inout SeededGenerator) -> FuzzVerdict {
    switch self {
    case .yaml: YAMLCheck.verdict(on: input)
    case .manifest: ManifestCheck.verdict(on: input, using: &random)
    case .description: DescriptionCheck.verdict(on: input)
    case .plan: PlanCheck.verdict(on: input, using: &random)
    }
  }
}

/// What came of an input.
struct FuzzVerdict {
  /// What is wrong with what the reader made of it; nothing, as a rule.
  var complaints: [String] = []
  /// Nothing was refused: what lies behind the reader was reached.
  var isAccepted = false
}

/// What must hold for diagnostics, whoever makes them.
enum DiagnosticCheck {
  static func complaints(_ list: DiagnosticList) -> [String] {
    var complaints: [String] = []
    if list.all.count > DiagnosticList.limit { complaints.append("\(list.all.count) diagnostics are kept") }
    var linesOf: [ObjectIdentifier: [Int]] = [:]
    for diagnostic in list.all.prefix(500) {
      for place in [diagnostic.place].compactMap(\.self) + diagnostic.related.map(\.place) {
        let lines = linesOf[ObjectIdentifier(place.file)] ?? lines(place.file)
        linesOf[ObjectIdentifier(place.file)] = lines
        if let complaint = outside(place, lines) { complaints.append("\(diagnostic.code): \(complaint)") }
      }
      if diagnostic.message.isEmpty { complaints.append("\(diagnostic.code) says nothing") }
    }
    let text = list.text()
    if text.isEmpty != list.isEmpty { complaints.append("diagnostics without a text") }
    if text.utf8.count > 110 * 12_000 { complaints.append("a text of \(text.utf8.count) bytes") }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) {
      complaints.append("a control character in the text")
    }
    return complaints
  }

  /// Places lie in their file, at most one behind what is there.
  private static func outside(_ place: SourcePlace, _ lines: [Int]) -> String? {
    guard place.line >= 1, place.line <= lines.count + 1 else { return "line \(place.line) of \(lines.count)" }
    let columns = place.line <= lines.count ? lines[place.line - 1] : 0
    guard place.column >= 1, place.column <= columns + 1 else { return "column \(place.column) of \(columns)" }
    return nil
  }

  /// How many code points each line has.
  private static func lines(_ file: SourceFile) -> [Int] {
    var lines = [0]
    var isAfterReturn = false
    for scalar in String(decoding: file.bytes[file.textStart...], as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x0A where isAfterReturn: break
      case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: lines.append(0)
      default: lines[lines.count - 1] += 1
      }
      isAfterReturn = scalar.value == 0x0D
    }
    return lines
  }
}

enum YAMLCheck {
  static func verdict(on input: [UInt8]) -> FuzzVerdict {
    let (root, problems) = YAMLReader.read(SourceFile(name: "input.yaml", bytes: input))
    var complaints = DiagnosticCheck.complaints(problems)
    if root == nil, !problems.hasErrors { complaints.append("nothing was read, and nothing is said of it") }
    if case .formatted(let made) = YAMLFormatter.format(SourceFile(name: "input.yaml", bytes: input)),
      let complaint = formatComplaint(input, made)
    {
      complaints.append("fmt: \(complaint)")
    }
    return FuzzVerdict(complaints: complaints, isAccepted: root != nil && !problems.hasErrors)
  }

  private static func formatComplaint(_ input: [UInt8], _ made: [UInt8]) -> String? {
    let new = SourceFile(name: "input.yaml", bytes: made)
    guard let before = YAMLReader.read(SourceFile(name: "input.yaml", bytes: input)).root,
      let after = YAMLReader.read(new).root
    else { return "unreadable" }
    guard before.json == after.json else { return "another meaning" }
    guard case .formatted(let again) = YAMLFormatter.format(new) else { return "it cannot be laid out again" }
    return again == made ? nil : "laid out again, it differs"
  }
}

enum DescriptionCheck {
  static func verdict(on input: [UInt8]) -> FuzzVerdict {
    let (description, problems) = ServiceDescription.load(SourceFile(name: "service.yaml", bytes: input))
    var complaints = DiagnosticCheck.complaints(problems)
    if (description == nil) != problems.hasErrors { complaints.append("a description beside errors, or neither") }
    guard let description else { return FuzzVerdict(complaints: complaints) }
    let window = Window(
      start: FuzzTarget.asOf.advanced(by: .seconds(-86_400)), end: FuzzTarget.asOf, zone: "UTC")
    for dataset in description.traits.datasets {
      let order = TaskOrder(
        mark: TaskMark(JobKey(Digest(of: "job")), attempt: 1), appParameters: [:], dataset: dataset.name,
        options: [:], format: description.traits.formats.first ?? "", window: try? dataset.window?.render(window),
        delivery: Secret("https://delivery.example/"))
      // A request is made, or refused with a reason: either is right.
      _ = try? description.preview(of: order, base: description.traits.base, parameters: [:])
    }
    return FuzzVerdict(complaints: complaints, isAccepted: true)
  }
}
