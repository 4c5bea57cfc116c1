// swift-tools-version: 6.2

import PackageDescription

// A package of somebody's own, with an identity that no document of the catalogue states.
let package = Package(
  name: "OwnIdentity",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Identities", path: "../..")],
  targets: [
    .testTarget(
      name: "OwnIdentityTests", dependencies: [.product(name: "Identities", package: "Identities")])
  ],
  swiftLanguageModes: [.v6]
)
