// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Identities", path: "..")],
  targets: [
    .executableTarget(
      name: "bench", dependencies: [.product(name: "Identities", package: "Identities")]),
    // The machine's limit is only reached with its own instructions.
    .executableTarget(
      name: "learning", dependencies: [.product(name: "Identities", package: "Identities")],
      swiftSettings: [.unsafeFlags(["-target-cpu", "native"], .when(platforms: [.linux]))]),
    .executableTarget(
      name: "transport", dependencies: [.product(name: "Identities", package: "Identities")]),
  ],
  swiftLanguageModes: [.v6]
)
