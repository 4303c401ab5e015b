// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportServices
import Foundation

/// What inputs are made from: everything good and everything broken that the repository holds.
enum FuzzSeeds {
  private static let examples = LayerTests.root.appendingPathComponent("Examples")
  private static let names = ["nightly", "backfill", "catalogue", "push-feedback"]

  static let broken: [BrokenManifest] = BrokenManifest.names.compactMap { try? BrokenManifest($0) }

  /// Good ones as often as broken ones.
  static let manifests: [[UInt8]] = {
    let good =
      names.compactMap { name in read("\(name)/manifest.yaml") }
      + (1...4).map { Array(SampleManifest.nightly(days: $0, apps: $0).utf8) }
    return Array(repeatElement(good, count: broken.count / good.count + 1).joined()) + broken.map(\.manifest)
  }()

  static let included: [[UInt8]] = broken.flatMap { $0.files.map(\.bytes) }

  static let descriptions: [[UInt8]] =
    BundledDescriptions.names.compactMap { BundledDescriptions.file(named: $0)?.bytes }

  /// Small ones with every kind of member, and the committed one.
  static let plans: [[UInt8]] = {
    let committed = read("backfill/plan.json")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outhaul-seeds-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("manifest.yaml").path
    let texts = [
      SampleManifest.nightly(days: 1, apps: 1),
      SampleManifest.nightly(days: 2, apps: 2).replacing(
        "match: app}]",
        with: "match: all}]\n    order: sequential\n    priority: 3\n    max_failures: 2\n    limits: {active: 3}"),
    ]
    let made = texts.compactMap { text -> [UInt8]? in
      try? Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let project = try? Project(path: path, variables: [:], environment: [:])
      return try? project?.plan(asOf: FuzzTarget.asOf).bytes
    }
    return Array(repeatElement(made, count: 12).joined()) + [committed].compactMap(\.self)
  }()

  private static func read(_ path: String) -> [UInt8]? {
    (try? Data(contentsOf: examples.appendingPathComponent(path))).map(Array.init)
  }
}
