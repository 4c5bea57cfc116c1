import Foundation
import Identities

extension Session {
  /// Breaks the lines of the identities that were named, or of all, and prints what survives.
  func mutate() async throws -> Int32 {
    let chosen = try selected()
    var results: [Mutation] = []
    for identity in chosen {
      Self.showProgress("\(results.count) of \(chosen.count) identities broken, next \(identity.id)")
      results.append(try await verifier.mutate(identity))
    }
    Self.showProgress("")
    if let json = options.json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let data = try encoder.encode(results)
      if json == "-" {
        print(String(decoding: data, as: UTF8.self))
      } else {
        try data.write(to: URL(filePath: json))
      }
    }
    if options.json != "-" { print(Transcript.mutations(results)) }
    return results.allSatisfy { $0.mutants(.surviving).isEmpty } ? 0 : 1
  }
}
