// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Measures the program from outside, as a subprocess. It depends on nothing, so that it builds in seconds and cannot
/// share a mistake with what it measures.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  targets: [
    .executableTarget(name: "benchmarks", swiftSettings: [.treatAllWarnings(as: .error)])
  ]
)
