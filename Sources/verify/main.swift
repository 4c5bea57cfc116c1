import Identities

let run = try await Verifier().verify(Catalogue.identities)
for result in run.identities {
  print(result.identity.id, result.verdict, result.complaints)
  for check in result.checks { print(check.errorProbability, check.rivals) }
}
