import Identities

/// What the command line asks for.
struct Request {
  let work: String
  var threads = 1
  var repetitions = 3

  /// The most threads that make sense to ask for.
  private static let mostThreads = 1024

  static let usage = """
    usage: bench WORK [THREADS [REPETITIONS]]

    \(Work.names.joined(separator: "\n"))
    """

  /// Reads the words after the program's name; throws `InvalidArgument` where one is missing, too much or nonsense.
  init(_ words: [String]) throws {
    guard let work = words.first else {
      throw InvalidArgument("WORK", is: "missing", expected: "a name from the list below")
    }
    guard words.count <= 3 else {
      throw InvalidArgument("the last argument", is: words[3], expected: "at most three arguments")
    }
    self.work = work
    if words.count > 1 { threads = try Self.number("THREADS", words[1], upTo: Self.mostThreads) }
    if words.count > 2 { repetitions = try Self.number("REPETITIONS", words[2], upTo: .max) }
  }

  /// A positive whole number; throws `InvalidArgument`, with the argument's name, for anything else.
  static func number(_ name: String, _ word: some StringProtocol, upTo most: Int) throws -> Int {
    guard let number = Int(word), number > 0, number <= most else {
      let bound = most == .max ? "" : ", at most \(most)"
      throw InvalidArgument(name, is: word, expected: "a positive whole number" + bound)
    }
    return number
  }
}
