// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Measures the program from outside, as a subprocess. It depends on nothing, so that it builds in seconds and cannot
/// share a mistake with what it measures.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  targets: [
    .executableTarget(name: "benchmarks", swiftSettings: [.treatAllWarnings(as: .error)]),
    // What the program is run against, in a process of its own.
    .executableTarget(
      name: "stand-in", dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux]))],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .systemLibrary(name: "CLinux"),
  ]
)
