import Foundation
import Identities
import Study

/// Carries out what was asked for, and says how it went as an exit status.
struct Session {
  let options: Options
  let verifier: Verifier
  private let problems: [Problem]
  private var identities: [Identity] { problems.flatMap(\.identities) }

  /// A session about the catalogue; throws `InvalidArgument` where a number is out of range.
  init(_ options: Options) throws {
    self.options = options
    problems = try Catalogue.problems
    let plain = try Verifier()
    verifier = try Verifier(
      seed: options.seed ?? plain.seed, resolution: options.resolution ?? plain.resolution,
      sampleBudget: options.budget ?? plain.sampleBudget,
      width: options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    ) { progress in
      let left = progress.timeLeft.map { ", about \($0.minutes) left" } ?? ""
      let (finished, total) = (progress.finished, progress.total)
      Self.showProgress(
        finished == total
          ? ""
          : "\(finished) of \(total) identities\(left), now \(progress.underWay.joined(separator: " and "))")
    }
  }

  /// Replaces the progress line of a terminal; to anything else, such as a file, writes a line if that is asked for.
  static func showProgress(_ text: String, asLine: Bool = false) {
    guard isatty(FileHandle.standardError.fileDescriptor) == 1 else {
      if asLine { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
      return
    }
    // The escape code clears what is left of the line before.
    FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
  }

  /// Does the work.
  func run() async throws -> Int32 {
    switch options.command {
    case .help:
      print(Options.usage)
      return 0
    case .study: return try await study()
    case .list:
      let prefixes = try prefixes()
      let isListed = { id in prefixes.isEmpty || prefixes.contains { $0.selects(id) } }
      print(Report.ledger(problems: problems, documents: Ledger.documents, where: isListed))
      return 0
    case .explain: return try await explain()
    case .replay: return try await replay()
    case .mutate: return try await mutate()
    case .reseed: return try await reseed()
    case .tails: return try await tails()
    case .run: return try await verify()
    }
  }

  private func explain() async throws -> Int32 {
    let run = try await verifier.verify(try selected())
    print(run.identities.map { Transcript.explanation($0) }.joined(separator: "\n\n"))
    return run.asExpected ? 0 : 1
  }

  private func replay() async throws -> Int32 {
    let token = try ReplayToken(options.words[0])
    guard let identity = identities.first(where: { $0.id == token.identity }) else {
      throw InvalidArgument("the token", is: "\(token)", expected: "the id of an identity; see verify --list")
    }
    let result = try await verifier.replay(token, of: identity)
    guard !result.checks.isEmpty else {
      let cases = identity.checks.reduce(0) { $0 + $1.caseLabels.count }
      throw InvalidArgument("the token", is: "\(token)", expected: "a case from 1 to \(cases)")
    }
    print(Transcript.explanation(result, isReplay: true))
    // One case alone need not refute every rival: what counts here is whether a line fails that should hold.
    return result.counterexample != nil && identity.expectation == .holds ? 1 : 0
  }

  /// Whether p-values are uniform and nothing true is refuted, under many seeds.
  private func reseed() async throws -> Int32 {
    let table = try await Reseeding.run(
      identities, seeds: Int(options.words[0]) ?? 0, from: verifier.seed, width: verifier.width)
    try table.write(to: options.output ?? ".")
    print(
      """
      \(table.seeds) seeds, \(table.entries.count) comparisons: \(table.falseRefutations) false refutations; the \
      p-values are \(table.isCalibrated ? "" : "not ")as uniform as chance allows.
      """)
    return table.isCalibrated ? 0 : 1
  }

  /// Whether anything that a few samples carry is decided wrongly, under many seeds.
  private func tails() async throws -> Int32 {
    let table = try await TailStudy.run(
      seeds: Int(options.words[0]) ?? 0, from: verifier.seed, width: verifier.width)
    try table.write(to: options.output ?? ".")
    print("\(table.seeds) seeds, \(table.entries.count) statements: \(table.wrong) wrong verdicts.")
    return table.wrong == 0 ? 0 : 1
  }

  private func verify() async throws -> Int32 {
    let clock = ContinuousClock()
    let start = clock.now
    let chosen = try selected()
    let directory = options.output ?? "."
    let writesReport = !options.isCheck && (options.isPlain || options.output != nil)
    if writesReport { try Report.requireWritable(directory + "/" + Report.page) }
    if let json = options.json, json != "-" { try Report.requireWritable(json) }

    Self.showProgress("0 of \(chosen.count) identities")
    let run = try await verifier.verify(chosen)
    let report = Report(run, problems: problems, documents: try documents())
    if writesReport { try report.write(to: directory) }
    if let json = options.json {
      if json == "-" { print(try report.data.json(), terminator: "") } else { try report.writeData(to: json) }
    }
    let differences = options.isCheck ? try report.check(against: directory) : []

    let seconds = (start.duration(to: clock.now) / .milliseconds(100)).rounded() / 10
    var lines = options.words.isEmpty ? [] : run.identities.map(Transcript.line) + [""]
    lines += [report.closing] + differences.map { "\($0)" }
    if options.isCheck, differences.isEmpty { lines.append("The report is what this code produces.") }
    let study = options.isCheck ? try studyDifferences(in: directory) : nil
    lines += study?.lines ?? []
    lines.append(
      "\(run.identities.count) \(run.identities.count == 1 ? "identity" : "identities") in \(seconds) s")
    say(lines.joined(separator: "\n"))
    return run.asExpected && differences.isEmpty && study?.areNone ?? true ? 0 : 1
  }

  /// Prints for a person: on standard error where standard output carries the data.
  private func say(_ text: String) {
    if options.json == "-" { FileHandle.standardError.write(Data((text + "\n").utf8)) } else { print(text) }
  }

  /// The prefixes that were named; throws for one that begins no id of the ledger or the catalogue.
  private func prefixes() throws -> [IdentityPrefix] {
    let known = identities.map(\.id) + Ledger.claims.map(\.id)
    return try options.words.map { word in
      let prefix = IdentityPrefix(word)
      guard known.contains(where: prefix.selects) else {
        throw InvalidArgument("the id", is: word, expected: "the beginning of one that verify --list shows")
      }
      return prefix
    }
  }

  /// The identities that were named, or all; throws for a name that only stands for claims without a check.
  func selected() throws -> [Identity] {
    let prefixes = try prefixes()
    for prefix in prefixes where !identities.contains(where: { prefix.selects($0.id) }) {
      throw InvalidArgument(
        "the id", is: prefix.text,
        expected: "one with a check: the ledger lists it, but nothing checks it yet")
    }
    return identities.filter { identity in
      prefixes.isEmpty || prefixes.contains { $0.selects(identity.id) }
    }
  }

  /// The documents, with the claims that were asked for.
  private func documents() throws -> [Document] {
    let prefixes = try prefixes()
    guard !prefixes.isEmpty else { return Ledger.documents }
    return Ledger.documents.map { document in
      Document(
        key: document.key, title: document.title, prefix: document.prefix, part: document.part,
        claims: document.claims.filter { claim in prefixes.contains { $0.selects(claim.id) } })
    }.filter { !$0.claims.isEmpty }
  }
}
