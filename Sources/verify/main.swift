import Identities

let wanted = CommandLine.arguments.dropFirst().first ?? "II"
let run = try await Verifier(sampleBudget: 1 << 26).verify(Catalogue.identities.filter { $0.id.hasPrefix(wanted) })
for result in run.identities {
  print(result.identity.id, result.verdict, result.complaints.joined(separator: "\n"))
  for check in result.checks {
    print("  ", check.name, check.evidence, check.verdict, check.errorProbability, check.resolution ?? 0, check.samples ?? 0)
    for r in check.rivals { print("      ", r.refuted, r.effect ?? .nan, r.says) }
    if let t = check.tightest { print("      ", t.discrepancy, t.tolerance, t.scale) }
  }
}
