// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Identities", path: "..")],
  targets: [
    // The machine's limits are only reached with its own instructions.
    .executableTarget(
      name: "bench",
      dependencies: [
        .product(name: "Identities", package: "Identities"),
        .product(name: "Experiments", package: "Identities"),
      ],
      swiftSettings: [.unsafeFlags(["-target-cpu", "native"], .when(platforms: [.linux]))])
  ],
  swiftLanguageModes: [.v6]
)
