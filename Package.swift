// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Our own targets: Swift 6 language mode (from the tools version), every warning an error.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The layers of the program, from the bottom up. An import that is not declared here fails
/// the build: `swift build --explicit-target-dependency-import-check error`.
let package = Package(
  name: "outhaul",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "outhaul", targets: ["outhaul"]),
    .library(name: "BatchExport", targets: ["BatchExport"]),
    .library(name: "ExportTesting", targets: ["ExportTesting"]),
  ],
  dependencies: [
    // The command line: parsing, help, completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    // The HTTP client: pooling, TLS, proxies, decompression.
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    // The HTTP server of the local cloud, and of nothing else. Without its optional traits.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    // SQLite: the journal and the ledger, and the local cloud's data.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // SHA-256 of keys and plans, HMAC of shared access signatures, MD5 of blobs.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    // Logging to standard error.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    // `UnixSignals`: Ctrl-C and SIGTERM as an asynchronous sequence; an orderly end of the local cloud's server.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // `HeapModule` (deadlines) and `DequeModule` (ready queues) of the scheduler.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    // The template of report.html.
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    // The header fields that hummingbird speaks.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    // NIO's byte buffers, which async-http-client and hummingbird speak.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    // The certificate that the local cloud makes for itself, and its TLS.
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
  ],
  targets: [
    // MARK: Reading YAML
    // Our own module map: Yams bundles another copy of libyaml and loses positions.
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    // Files that are compressed with gzip: a piece at a time, which no package here does.
    .systemLibrary(
      name: "CZLib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "ExportYAML", dependencies: ["CLibYAML", "ExportCore"], swiftSettings: strict),

    // MARK: The words and the contracts
    .target(
      name: "ExportCore", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),

    // MARK: Manifest → plan → run → report
    .target(
      name: "ExportManifest", dependencies: ["ExportYAML", "ExportCore"], swiftSettings: strict),
    .target(
      name: "ExportPlan", dependencies: ["ExportManifest", "ExportCore"], swiftSettings: strict),
    .target(
      name: "ExportRun",
      dependencies: [
        "ExportPlan", "ExportCore",
        .product(name: "GRDB", package: "GRDB.swift"),
        // SQLite's own calls, for the rows that there are a million of.
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "ExportReport",
      dependencies: [
        "ExportRun", "ExportPlan", "ExportManifest", "ExportCore",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("Templates/report.html"), .embedInCode("Templates/report.css"),
        .embedInCode("Templates/Page/jobs.js"), .embedInCode("Templates/Page/view.js"),
        .embedInCode("Templates/Page/timeline.js"), .embedInCode("Templates/Page/zoom.js"),
        .embedInCode("Templates/Page/table.js"), .embedInCode("Templates/Page/details.js"),
        .embedInCode("Templates/Page/page.js"),
      ],
      swiftSettings: strict),

    // MARK: The world
    .target(
      name: "ExportHTTP",
      dependencies: [
        "ExportCore",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        // What signs: HMAC and the curve P-256; RSA of the extras for assertions.
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "ExportServices", dependencies: ["ExportHTTP", "ExportYAML", "ExportCore"],
      resources: [
        .embedInCode("Descriptions/azure-iot-hub-devices.yaml"),
        .embedInCode("Descriptions/azure-mobile-engagement.yaml"),
        .embedInCode("Descriptions/salesforce-bulk2-query.yaml"),
      ],
      swiftSettings: strict),
    .target(
      name: "ExportStorage",
      dependencies: [
        "CZLib", "ExportHTTP", "ExportCore", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),

    // MARK: Everything together
    .target(
      name: "BatchExport",
      dependencies: [
        "ExportReport", "ExportRun", "ExportPlan", "ExportManifest", "ExportServices",
        "ExportStorage", "ExportHTTP", "ExportYAML", "ExportCore",
        .product(name: "Logging", package: "swift-log"),
      ],
      // A link to the top level's Schemas: `outhaul schema` prints them.
      resources: [
        .embedInCode("Schemas/apps.schema.json"), .embedInCode("Schemas/cancel.schema.json"),
        .embedInCode("Schemas/cloud-faults.schema.json"), .embedInCode("Schemas/cloud-import.schema.json"),
        .embedInCode("Schemas/cloud-seed.schema.json"), .embedInCode("Schemas/cloud-serve.schema.json"),
        .embedInCode("Schemas/compare.schema.json"), .embedInCode("Schemas/diff.schema.json"),
        .embedInCode("Schemas/doctor.schema.json"), .embedInCode("Schemas/events.schema.json"),
        .embedInCode("Schemas/explain.schema.json"), .embedInCode("Schemas/fmt.schema.json"),
        .embedInCode("Schemas/gaps.schema.json"), .embedInCode("Schemas/graph.schema.json"),
        .embedInCode("Schemas/init.schema.json"), .embedInCode("Schemas/manifest.schema.json"),
        .embedInCode("Schemas/plan.schema.json"), .embedInCode("Schemas/progress.schema.json"),
        .embedInCode("Schemas/report.schema.json"), .embedInCode("Schemas/run.schema.json"),
        .embedInCode("Schemas/runs.schema.json"), .embedInCode("Schemas/service.schema.json"),
        .embedInCode("Schemas/service-list.schema.json"), .embedInCode("Schemas/service-show.schema.json"),
        .embedInCode("Schemas/service-try.schema.json"), .embedInCode("Schemas/status.schema.json"),
        .embedInCode("Schemas/validate.schema.json"), .embedInCode("Schemas/verify.schema.json"),
      ],
      swiftSettings: strict),

    // MARK: A stand-in for the service; shares no type with the client
    .target(
      name: "LocalCloud",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "GRDB", package: "GRDB.swift"),
        // SQLite's own calls, for rows that are seeded and imported by the million.
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("Page/page.html")],
      swiftSettings: strict),

    // MARK: The command
    .executableTarget(
      name: "outhaul",
      dependencies: [
        "BatchExport", "LocalCloud",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // MARK: Tests
    .target(
      name: "ExportTesting",
      dependencies: [
        "ExportRun", "ExportPlan", "ExportServices", "ExportHTTP", "ExportCore",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // Measures the engine from inside, for Tests/Benchmarks: one build makes it and the program.
    .executableTarget(
      name: "engine-benchmarks",
      dependencies: [
        "BatchExport", "ExportRun", "ExportPlan", "ExportManifest", "ExportStorage", "ExportCore",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Benchmarks/Engine",
      swiftSettings: strict),
    // What instructions are counted of, for Tests/Benchmarks/counts.sh. Without HTTP, so that it is built soon.
    .executableTarget(
      name: "engine-counts",
      dependencies: [
        "ExportReport", "ExportRun", "ExportPlan", "ExportManifest", "ExportYAML", "ExportCore",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Benchmarks/Counts",
      swiftSettings: strict),
    .testTarget(name: "ExportCoreTests", dependencies: ["ExportCore"], swiftSettings: strict),
    .testTarget(
      name: "ExportManifestTests", dependencies: ["ExportManifest", "ExportYAML", "ExportCore"],
      swiftSettings: strict),
    .testTarget(
      name: "ExportPlanTests", dependencies: ["ExportPlan", "ExportManifest", "ExportCore"],
      swiftSettings: strict),
    .testTarget(
      name: "ExportRunTests",
      dependencies: [
        "ExportTesting", "ExportRun", "ExportPlan", "ExportManifest", "ExportCore",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "ExportReportTests",
      dependencies: [
        "ExportReport", "ExportTesting", "ExportRun", "ExportPlan", "ExportManifest", "ExportCore",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Snapshots"],
      swiftSettings: strict),
    .testTarget(
      name: "ExportHTTPTests",
      dependencies: [
        "ExportTesting", "ExportHTTP", "ExportCore", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExportServicesTests",
      dependencies: [
        "ExportTesting", "ExportServices", "ExportHTTP", "ExportCore",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExportStorageTests",
      dependencies: [
        "ExportTesting", "ExportStorage", "ExportServices", "ExportHTTP", "ExportCore", "LocalCloud",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LocalCloudTests",
      dependencies: [
        "LocalCloud", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // The whole program: the real binary as a subprocess, and the layer check.
    .testTarget(
      name: "OuthaulTests",
      dependencies: [
        "outhaul", "BatchExport", "ExportTesting", "ExportManifest", "ExportPlan", "ExportRun", "ExportServices",
        "ExportHTTP", "ExportYAML", "ExportCore",
        "CZLib", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Broken", "Documented/not-run.txt", "Found"],
      swiftSettings: strict),
  ]
)
