// swift-tools-version: 6.2

import PackageDescription

// `swift test` builds for debugging, where unoptimised simulation would take hours: the library is
// optimised in both configurations. The native target is worth a factor of 100 wherever a fused
// multiply-add would otherwise be a library call; it was tried on Linux only.
let optimised: [SwiftSetting] = [
  .unsafeFlags(
    ["-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
    .when(configuration: .debug)),
  .unsafeFlags(["-target-cpu", "native"], .when(platforms: [.linux])),
]

let package = Package(
  name: "Identities",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Identities", targets: ["Identities"]),
    .executable(name: "verify", targets: ["verify"]),
  ],
  targets: [
    .target(name: "Identities", swiftSettings: optimised),
    .executableTarget(name: "verify", dependencies: ["Identities"]),
    .testTarget(name: "FoundationTests", dependencies: ["Identities"], exclude: ["Truth"]),
    .testTarget(name: "LearningTests", dependencies: ["Identities"]),
    .target(name: "TruthValues", path: "Tests/TruthValues", resources: [.copy("truth.json")]),
    .testTarget(name: "HomeworkIITests", dependencies: ["Identities", "TruthValues"]),
    .testTarget(name: "HomeworkIIITests", dependencies: ["Identities", "TruthValues"]),
    .testTarget(name: "ReportTests", dependencies: ["Identities", "TruthValues"]),
    .testTarget(name: "SamplingTests", dependencies: ["Identities"]),
  ],
  swiftLanguageModes: [.v6]
)
