import Identities

let run = try await Verifier().verify(Catalogue.identities)
for result in run.identities {
  print(result.identity.id, result.verdict, result.complaints.joined(separator: "\n"))
  for check in result.checks {
    print("  ", check.name, check.evidence, check.verdict, check.errorProbability, check.resolution ?? 0, check.samples ?? 0)
    for r in check.rivals { print("      ", r.refuted, r.effect ?? .nan, r.says) }
    if let t = check.tightest { print("      ", t.discrepancy, t.tolerance, t.scale) }
  }
}
