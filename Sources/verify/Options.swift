import Identities
import Study

/// What a person asked for.
struct Options {
  /// What to do.
  enum Command: String {
    case run
    case list
    case explain
    case replay
    case mutate
    case reseed
    case tails
    case study
    case help
  }

  private(set) var command = Command.run
  /// The ids, prefixes or tokens that were named.
  private(set) var words: [String] = []
  private(set) var seed: UInt64?
  private(set) var resolution: Double?
  private(set) var budget: Int?
  private(set) var threads: Int?
  /// How many seeds the study has.
  private(set) var seeds: Int?
  /// Where to write the run as data; `-` is standard output.
  private(set) var json: String?
  private(set) var output: String?
  private(set) var isCheck = false

  /// Whether the run is the one that the committed report is made of.
  var isPlain: Bool { words.isEmpty && seed == nil && resolution == nil && budget == nil }

  /// Reads the arguments after the program's name; throws `InvalidArgument` where they make no sense.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    if let first = rest.first, let word = Command(rawValue: first),
      [.explain, .replay, .mutate, .reseed, .tails, .study].contains(word)
    {
      command = word
      rest.removeFirst()
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h": command = .help
      case "--list": command = .list
      case "--check": isCheck = true
      case "--seed": seed = try Self.value(of: argument, in: &rest, "a whole number") { UInt64($0) }
      case "--resolution":
        resolution = try Self.value(of: argument, in: &rest, "a fraction between 0 and 1") { Double($0) }
      case "--budget": budget = try Self.value(of: argument, in: &rest, "a number of samples") { Int($0) }
      case "--threads": threads = try Self.value(of: argument, in: &rest, "a number of threads") { Int($0) }
      case "--seeds":
        seeds = try Self.value(of: argument, in: &rest, "a positive number") {
          Int($0).flatMap { $0 > 0 ? $0 : nil }
        }
      case "--json": json = try Self.value(of: argument, in: &rest, "a file, or -") { $0 }
      case "--output": output = try Self.value(of: argument, in: &rest, "a directory") { $0 }
      default:
        guard !argument.hasPrefix("-") else {
          throw InvalidArgument("the option", is: argument, expected: "one of those below")
        }
        words.append(argument)
      }
    }
    try validate()
  }

  private func validate() throws {
    if command == .explain, words.isEmpty {
      throw InvalidArgument("the id", is: "missing", expected: "explain ID, such as explain II.1c")
    }
    if command == .replay, words.count != 1 {
      throw InvalidArgument("the token", is: words, expected: "a single one, such as III.4b#3@seed=17")
    }
    if [.reseed, .tails].contains(command), words.count != 1 || Int(words[0]) ?? 0 < 1 {
      throw InvalidArgument("the seeds", is: words, expected: "how many, such as \(command) 1000")
    }
    if command == .study, seed != nil || resolution != nil || budget != nil || json != nil {
      throw InvalidArgument(
        "study", is: "given with --seed, --resolution, --budget or --json",
        expected: "--seeds, --threads, --output")
    }
    if seeds != nil, command != .study {
      throw InvalidArgument("--seeds", is: "given without study", expected: "study --seeds N")
    }
    if isCheck, !isPlain || command != .run {
      throw InvalidArgument(
        "--check", is: "given with other choices", expected: "no ids, seed, resolution, budget or command")
    }
  }

  private static func value<T>(
    of option: String, in rest: inout ArraySlice<String>, _ expected: String, read: (String) -> T?
  ) throws -> T {
    guard let text = rest.popFirst() else {
      throw InvalidArgument(option, is: "without a value", expected: expected)
    }
    guard let value = read(text) else { throw InvalidArgument(option, is: text, expected: expected) }
    return value
  }

  static let usage = """
    Usage: verify [ID ...] [options]

      verify                     check every identity; write VERIFICATION.md and docs/figures
      verify II.1 III.4b         check those whose ids begin so, and write nothing
      verify explain ID ...      show the derivation line by line with the numbers of this run
      verify replay TOKEN        run one case again, such as 'III.4b#3@seed=17'
      verify mutate [ID ...]     break every line at every node; print how many mutants are refuted, and the survivors
      verify reseed N            rerun every simulation with N seeds; write docs/verification/reseeding.md
      verify tails N             judge what few samples carry with N seeds; write docs/verification/tails.md
      verify study [SETTING ...] run the report's experiment: as-written and as-published, or reduced for a glance;
                                 write docs/verification/study.md with its table and figures
      verify --list              list every claim with what is expected of it and the evidence
      verify --check             fail if the report is not what this code produces

    Options:
      --json FILE                also write the run as data; - for standard output
      --output DIR               write the report below DIR instead of the current directory
      --seed N                   the seed of every random number (\(Verifier.defaultSeed))
      --resolution R             the relative discrepancy that simulation must be able to see
      --budget S                 the most samples that one case may draw
      --threads N                how many tasks may run at once; changes nothing but the time
      --seeds N                  how many seeds the study has (3); writes only with --output
      --help                     show this

    A prefix ends where a number or a word of an id ends: II.1 stands for II.1c, but not for II.10.
    A run with ids, or with a seed, resolution or budget of its own, writes a report only with --output, so
    that it never replaces the committed one.

    Exit status: 0 if every verdict is the expected one, 1 if one is not, 2 for wrong usage, 130 if interrupted.
    """
}
