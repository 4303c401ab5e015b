// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportServices

/// A manifest that reads without an error plans, or says why not; its plan reads back the same.
enum ManifestCheck {
  /// Larger plans are not made here: that they are refused or take their time is tested elsewhere.
  private static let jobLimit = 3_000

  private static let traits: [String: ServiceTraits] = Dictionary(
    uniqueKeysWithValues: BundledDescriptions.names.compactMap { name in
      BundledDescriptions.file(named: name).flatMap { ServiceDescription.load($0).description }.map {
        (name, $0.traits)
      }
    })

  static func verdict(on input: [UInt8], using random: inout SeededGenerator) -> FuzzVerdict {
    let files = Files(using: &random)
    let (read, problems) = ManifestReader.read(
      SourceFile(name: "manifest.yaml", bytes: input), variables: VariableValues(), environment: ["HOME": "/home/x"],
      including: files)
    var complaints = DiagnosticCheck.complaints(problems)
    guard let manifest = read else {
      if !problems.hasErrors { complaints.append("no manifest, and nothing is said of it") }
      return FuzzVerdict(complaints: complaints)
    }
    var traits: [String: ServiceTraits] = [:]
    for service in manifest.services { traits[service.name.value] = Self.traits[service.use.value] }
    var all = problems
    all.add(contentsOf: ManifestRules.check(manifest, traits: traits))
    all.add(contentsOf: manifest.zoneProblems)
    complaints += DiagnosticCheck.complaints(all)
    guard !all.hasErrors, traits.count == manifest.services.count, jobs(manifest) <= jobLimit else {
      return FuzzVerdict(complaints: complaints)
    }
    let (plan, refusals) = Planner(manifest, traits: traits, inputs: [], asOf: FuzzTarget.asOf).plan()
    complaints += DiagnosticCheck.complaints(refusals)
    if (plan == nil) != refusals.hasErrors { complaints.append("a plan beside errors, or neither") }
    if let plan, (try? PlanFile(parsing: PlanFile(plan).bytes).plan) != plan {
      complaints.append("the plan does not read back")
    }
    return FuzzVerdict(complaints: complaints, isAccepted: plan != nil)
  }

  private static func jobs(_ manifest: Manifest) -> Int {
    manifest.exports.reduce(0) { sum, export in
      let cells = (try? export.window.cells(asOf: FuzzTarget.asOf).count) ?? 0
      let shapes = manifest.apps.count * export.datasets.count * max(1, export.formats.count)
      return sum + min(shapes, 1 << 20) * max(1, cells)
    }
  }

  /// A folder with three files; which ones follows from the random numbers.
  private struct Files: IncludeSource {
    let manifest = "manifest.yaml"
    private let files: [String: [UInt8]]

    init(using random: inout SeededGenerator) {
      let mutator = FuzzTarget.manifest.mutator
      var files: [String: [UInt8]] = [:]
      for name in ["more.yaml", "loop.yaml", "catalogue/apps.yaml"] {
        let seed = FuzzSeeds.included.randomElement(using: &random) ?? []
        files[name] = Bool.random(using: &random) ? seed : mutator.mutate(seed, using: &random)
      }
      files["loop.yaml"]? += Array("\ninclude: [more.yaml, loop.yaml]\n".utf8)
      self.files = files
    }

    func entries(of folder: String) throws(IncludeFailure) -> [IncludeEntry]? {
      switch folder {
      case "":
        ["more.yaml", "loop.yaml", "manifest.yaml"].map { IncludeEntry(name: $0, isFolder: false) }
          + [IncludeEntry(name: "catalogue", isFolder: true)]
      case "catalogue": [IncludeEntry(name: "apps.yaml", isFolder: false)]
      default: nil
      }
    }

    func read(_ path: String, limit: Int) throws(IncludeFailure) -> SourceFile {
      guard let bytes = files[path] else { throw IncludeFailure("there is no such file") }
      guard bytes.count <= limit else { throw IncludeFailure.tooLarge }
      return SourceFile(name: path, bytes: bytes)
    }

    func identity(of path: String) -> String { path }
  }
}
