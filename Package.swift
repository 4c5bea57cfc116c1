// swift-tools-version: 6.2

import PackageDescription

// .ci/run asks for a warning at every expression that takes longer to check than it says, in milliseconds.
let watched: [SwiftSetting] =
  Context.environment["IDENTITIES_SLOWEST_EXPRESSION"].map {
    [.unsafeFlags(["-Xfrontend", "-warn-long-expression-type-checking=\($0)"])]
  } ?? []

// The native target is worth a factor of 100 wherever a fused multiply-add would otherwise be a library call; it was
// tried on Linux only.
let native: [SwiftSetting] = [.unsafeFlags(["-target-cpu", "native"], .when(platforms: [.linux]))] + watched

// `swift run` and `swift test` build for debugging, where unoptimised simulation would take hours: the library is
// optimised in both configurations.
let optimised: [SwiftSetting] =
  [
    .unsafeFlags(
      [
        "-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode",
        "-cross-module-optimization",
      ],
      .when(configuration: .debug))
  ] + native

/// A layer of the library, with the layers that it is written with.
func layer(_ name: String, on dependencies: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, path: "Sources/Identities/\(name)",
    swiftSettings: optimised)
}

/// A document of the catalogue: it uses nothing that somebody's own package could not use.
func document(_ name: String, on more: [String] = []) -> Target {
  .target(
    name: name,
    dependencies: (["Arithmetic", "Probability", "Transport", "Formulas", "Verification"] + more).map {
      .byName(name: $0)
    },
    path: "Sources/Identities/Catalogue/\(name)", packageAccess: false, swiftSettings: optimised)
}

let layers = [
  "Arithmetic", "Probability", "Transport", "Sampling", "Learning", "OptimalTransport", "Formulas",
  "Verification", "Report", "Study",
]
let documents = ["HomeworkII", "HomeworkIII", "DeepGenerativeModels", "Course", "ModelComparison"]

let package = Package(
  name: "Identities",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Identities", targets: ["Identities"]),
    .library(name: "Experiments", targets: ["Learning", "OptimalTransport", "Study"]),
    .executable(name: "verify", targets: ["verify"]),
  ],
  targets: [
    layer("Arithmetic"),
    layer("Probability", on: ["Arithmetic"]),
    layer("Transport", on: ["Arithmetic", "Probability"]),
    layer("Sampling", on: ["Arithmetic", "Probability", "Transport"]),
    layer("Learning", on: ["Arithmetic", "Probability"]),
    layer("OptimalTransport", on: ["Arithmetic", "Probability"]),
    layer("Formulas", on: ["Arithmetic", "Probability"]),
    layer("Verification", on: ["Arithmetic", "Probability", "Formulas"]),
    document("HomeworkII"),
    document("HomeworkIII"),
    document("DeepGenerativeModels"),
    document("Course"),
    document("ModelComparison", on: ["Sampling"]),
    .target(
      name: "Catalogue", dependencies: documents.map { .byName(name: $0) } + ["Arithmetic", "Verification"],
      path: "Sources/Identities/Catalogue", exclude: documents, sources: ["Catalogue.swift", "Ledger.swift"],
      swiftSettings: optimised),
    layer("Report", on: ["Arithmetic", "Verification"]),
    layer(
      "Study",
      on: [
        "Arithmetic", "Probability", "Transport", "Sampling", "Learning", "OptimalTransport", "Formulas",
        "Verification",
        "Report",
      ]),
    .target(
      name: "Identities",
      dependencies: [
        "Arithmetic", "Probability", "Transport", "Sampling", "Formulas", "Verification", "Catalogue",
        "Report",
      ],
      path: "Sources/Identities", exclude: layers + ["Catalogue"], sources: ["Identities.swift"],
      swiftSettings: optimised),
    .executableTarget(name: "verify", dependencies: ["Identities", "Study"]),
    .testTarget(name: "FormulaTests", dependencies: ["Identities", "Formulas"]),
    .plugin(
      name: "PartTests", capability: .buildTool(), dependencies: ["part-tests"],
      path: "Tests/PartTests/Plugin"),
    .executableTarget(name: "part-tests", path: "Tests/PartTests/Writer"),
    .testTarget(name: "FoundationTests", dependencies: ["Identities"], exclude: ["Truth"]),
    .testTarget(name: "LearningTests", dependencies: ["Identities", "Learning"]),
    .target(name: "TruthValues", path: "Tests/TruthValues", resources: [.copy("truth.json")]),
    .testTarget(
      name: "HomeworkIITests", dependencies: ["Identities", "HomeworkII", "TruthValues"],
      plugins: ["PartTests"]),
    .testTarget(
      name: "HomeworkIIITests", dependencies: ["Identities", "HomeworkIII", "TruthValues"],
      plugins: ["PartTests"]),
    .testTarget(
      name: "ReportTests",
      dependencies: [
        "Identities", "ModelComparison", "OptimalTransport", "Learning", "Study", "TruthValues",
      ],
      plugins: ["PartTests"]),
    .testTarget(name: "SamplingTests", dependencies: ["Identities"]),
    .testTarget(name: "TransportCostTests", dependencies: ["Identities", "OptimalTransport", "TruthValues"]),
    .testTarget(
      name: "DeepGenerativeModelsTests", dependencies: ["Identities", "DeepGenerativeModels", "TruthValues"],
      plugins: ["PartTests"]),
    .testTarget(
      name: "CourseTests", dependencies: ["Identities", "Course", "TruthValues"], plugins: ["PartTests"]),
  ],
  swiftLanguageModes: [.v6]
)
