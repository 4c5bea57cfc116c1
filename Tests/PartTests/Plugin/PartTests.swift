import Foundation
import PackagePlugin

/// Gives a test target a test of each identity of the documents it depends on, so that none has to be listed.
@main struct PartTests: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let writer = try context.tool(named: "part-tests").url
    return target.dependencies.compactMap { dependency -> Command? in
      guard case .target(let document as SwiftSourceModuleTarget) = dependency,
        document.directoryURL.deletingLastPathComponent().lastPathComponent == "Catalogue"
      else { return nil }
      let sources = document.sourceFiles(withSuffix: "swift").map(\.url)
      let tests = context.pluginWorkDirectoryURL.appending(path: "\(document.name)Parts.swift")
      return .buildCommand(
        displayName: "A test of each part of \(document.name)", executable: writer,
        arguments: [document.name, tests.path] + sources.map(\.path), inputFiles: sources,
        outputFiles: [tests])
    }
  }
}
