import Verification

extension Transcript {
  /// What became of mutants, identity by identity, with the survivors' texts and the score.
  public static func mutations(_ results: [Mutation]) -> String {
    var lines: [String] = []
    for result in results where !result.all.isEmpty {
      lines.append("\(result.id): \(numbers([result]))")
      for mutant in result.mutants(.surviving) {
        lines += ["  \(mutant.line)", "    survives as  \(mutant.says)   (\(mutant.mistake))"]
      }
    }
    lines.append("\(results.count) identities: \(numbers(results))")
    return lines.joined(separator: "\n")
  }

  private static func numbers(_ results: [Mutation]) -> String {
    let all = results.flatMap(\.all)
    func count(_ fate: Mutation.Fate) -> Int { all.count { $0.fate == fate } }
    return """
      \(all.count) mutants, \(count(.refuted)) refuted, \(count(.equivalent)) equivalent, \
      \(count(.undefined)) without a value, \(count(.surviving)) surviving
      """
  }
}
