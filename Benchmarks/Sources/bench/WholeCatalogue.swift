import Identities

extension Work {
  /// The identities of the catalogue verified, all or the first of them.
  static func catalogue(first count: Int? = nil, threads: Int) throws -> Work {
    let all = try Catalogue.identities
    if let count, count > all.count {
      throw InvalidArgument("identities of catalogue", is: count, expected: "at most \(all.count)")
    }
    let identities = Array(all.prefix(count ?? all.count))
    let verifier = try Verifier(width: threads)
    return Work(amount: 1, unit: "runs") {
      let run = try await verifier.verify(identities)
      return {
        let expected = run.identities.count(where: \.asExpected)
        let coarsest = run.identities.flatMap(\.checks).compactMap(\.resolution).max() ?? 0
        return "\(expected) of \(identities.count) identities as expected, "
          + "coarsest resolution \(fixed(100 * coarsest, 2)) %"
      }
    }
  }
}
