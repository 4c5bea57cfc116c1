/// What became of the lines of an identity when each was broken by machine at every node.
public struct Mutation: Sendable, Codable {
  /// What a check made of a mutant.
  public enum Fate: String, Sendable, Codable {
    /// Some case refutes it.
    case refuted
    /// Exact evidence says that it is the line itself, in every dimension.
    case equivalent
    /// It has no value where the line has one, and so can be verified nowhere.
    case undefined
    /// No check can tell it from the line.
    case surviving
  }

  /// One mutant of one line.
  public struct Mutant: Sendable, Codable {
    /// The line, as its text.
    public let line: String
    /// What was made of it.
    public let says: String
    /// What was done to it.
    public let mistake: String
    /// What became of it.
    public let fate: Fate
  }

  /// The identity.
  public let id: String
  /// Every mutant, line after line.
  public let all: [Mutant]
  /// How many lines were read from their texts, and how many are transcribed and cannot be broken.
  public let lines: (read: Int, transcribed: Int)

  /// The mutants with a fate.
  public func mutants(_ fate: Fate) -> [Mutant] { all.filter { $0.fate == fate } }

  private enum CodingKeys: String, CodingKey { case id, mutants, refuted, equivalent, undefined, surviving }

  /// Reads the data; what became of single mutants is kept for the survivors alone.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    all = try container.decode([Mutant].self, forKey: .surviving)
    lines = (0, 0)
  }

  init(id: String, all: [Mutant], lines: (read: Int, transcribed: Int)) {
    (self.id, self.all, self.lines) = (id, all, lines)
  }

  /// Writes the numbers, and the survivors with their texts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(all.count, forKey: .mutants)
    try container.encode(mutants(.refuted).count, forKey: .refuted)
    try container.encode(mutants(.equivalent).count, forKey: .equivalent)
    try container.encode(mutants(.undefined).count, forKey: .undefined)
    try container.encode(mutants(.surviving), forKey: .surviving)
  }
}

extension Verifier {
  /// Breaks every line of an identity that is read from its text, at every node, and has the identity's own checks
  /// judge each mutant: those that none refutes are holes in the cases, or the line itself in other words.
  public func mutate(_ identity: Identity) async throws -> Mutation {
    var fates: [Key: Tally] = [:]
    var order: [Key] = []
    var texts: [String: Bool] = [:]
    var number = 0
    for check in identity.checks {
      for index in check.caseLabels.indices {
        number += 1
        try Task.checkCancellation()
        var settings = CaseSettings(
          seed: seed, identity: identity.id, number: number, resolution: Self.resolutionOfMutants,
          sampleBudget: min(sampleBudget, Self.budgetOfMutants), width: width)
        settings.decided = Set(fates.filter { $0.value.isRefuted }.keys.map(\.text))
        settings.isBroken = true
        guard let examination = try? await check.examine(case: index, settings) else { continue }
        var step = ""
        for (i, line) in examination.lines.enumerated() {
          guard case .rival(let mistake) = line.role else {
            step = line.says
            texts[step] = (texts[step] ?? true) && line.isRead
            continue
          }
          let key = Key(line: step, says: line.says, mistake: mistake)
          if fates[key] == nil { order.append(key) }
          for comparison in examination.comparisons where comparison.line == i {
            fates[key, default: Tally()].add(comparison.outcome, by: check.evidence)
          }
        }
      }
    }
    return Mutation(
      id: identity.id,
      all: order.map { key in
        Mutation.Mutant(
          line: key.line, says: key.says, mistake: key.mistake, fate: fates[key]?.fate ?? .surviving)
      }, lines: (texts.values.count { $0 }, texts.values.count { !$0 }))
  }

  /// What a mutant must be off by, relative to the scale, to be seen: most are off by far more.
  private static var resolutionOfMutants: Double { 0.01 }
  /// The samples that the search for mutants may draw for one case.
  private static var budgetOfMutants: Int { 1 << 22 }

  private struct Key: Hashable {
    let line: String
    let says: String
    let mistake: String
    var text: String { CaseSettings.name(ofMutant: says, line: line) }
  }

  /// What the cases so far have made of a mutant.
  private struct Tally {
    var isRefuted = false
    private var agreesExactly = false
    private var differsInForm = true

    mutating func add(_ outcome: Outcome, by evidence: Evidence) {
      switch outcome {
      case .disagrees: isRefuted = true
      case .agrees:
        differsInForm = false
        if evidence == .exact { agreesExactly = true }
      case .undecided(let reason):
        if !reason.contains("components") { differsInForm = false }
      }
    }

    var fate: Mutation.Fate {
      if isRefuted { return .refuted }
      if agreesExactly { return .equivalent }
      return differsInForm ? .undefined : .surviving
    }
  }
}
