import Foundation

@testable import Arithmetic
@testable import Probability
@testable import Report
@testable import Verification

/// A small problem with everything that a report can show: all kinds of evidence, an erratum and its correction,
/// rivals, a restatement, awkward LaTeX and a figure.
enum Sample {
  static let documents = [
    Document(
      key: "sample", title: "Sample", prefix: "T", part: "Problem",
      claims: [
        Claim("T.1a", "Sample, Problem 1(a)", .trueAsWritten, #"$(a+b)^2=a^2+2ab+b^2$."#),
        Claim("T.1b", "Sample, Problem 1(b)", .falseAsWritten, #"$(a+b)^2=a^2+b^2$."#),
        Claim("T.1c", "Sample, Problem 1(c)", .asksForDerivation, #"Compute $E[z^2|x<0]$ for KL$(p\|q)$."#),
        Claim("T.1d", "Sample, Problem 1(d)", .qualitative, "Why is it so?"),
        Claim("T.1e", "Sample, Problem 1(e)", .trueAsWritten, #"$E[z^2]=1$."#),
      ])
  ]

  static let square = Identity(
    "T.1a", "Square of a sum", #"(a+b)^2 = a^2 + 2ab + b^2"#, assuming: ["$a$ and $b$ commute"],
    remarks: ["In a ring where $ab \\ne ba$ the middle term is $ab+ba$."]
  ) {
    Exact("free symbols") { symbols, d in
      let (a, b) = (symbols.vector(d).squaredNorm, symbols.scalar())
      Step(#"(a+b)^2"#) { (a + b) * (a + b) }
      Step(#"a(a+b) + b(a+b)"#, because: "distributivity, with $a+b$ as one number") {
        a * (a + b) + b * (a + b)
      }
      Step(#"a^2 + 2ab + b^2"#, because: "$ab=ba$") { a * a + 2 * a * b + b * b }
      Rival(#"a^2 + b^2"#, "middle term lost") { a * a + b * b }
      Restatement(#"a^2 + b\,(2a + b)"#, because: "factored") { a * a + b * (2 * a + b) }
    }
    Numerical("to the last digit", cases: [(3.0, 0.25), (-1, 7)].map(Pair.init)) { pair in
      let (a, b) = (pair.a, pair.b)
      Step(#"(a+b)^2"#) { Estimate((a + b) * (a + b), error: 1e-12) }
      Step(#"a^2 + 2ab + b^2"#, because: "the binomial formula") {
        Estimate(a * a + 2 * a * b + b * b, error: 1e-12)
      }
      Rival(#"a^2 + ab + b^2"#, "half of the middle term lost") {
        Estimate(a * a + a * b + b * b, error: 1e-12)
      }
    }
  }

  struct Pair: Sendable, CustomStringConvertible {
    let a: Double
    let b: Double
    var description: String { "a = \(a), b = \(b)" }
  }

  static let lostTerm = Identity(
    "T.1b", "Square of a sum, as written", #"(a+b)^2 = a^2 + b^2"#,
    expectation: .fails(
      correctedBy: "T.1b.corrected", why: "The middle term $2ab$ is missing.",
      counterexample: #"$a=b=1$: $4\ne2$, and $|4-2|>0$."#)
  ) {
    Exact("free symbols") { symbols, d in
      let (a, b) = (symbols.vector(d).squaredNorm, symbols.scalar())
      Step(#"(a+b)^2"#) { (a + b) * (a + b) }
      Step(#"a^2 + b^2"#, because: "as written") { a * a + b * b }
      Rival(#"a^2 - b^2"#, "sign") { a * a - b * b }
      Restatement(#"a^2 + 2ab + b^2"#, because: "the middle term restored") { a * a + 2 * a * b + b * b }
    }
  }

  static let restored = Identity(
    "T.1b.corrected", "Square of a sum, corrected", #"\begin{pmatrix} (a+b)^2 \\ 0 \end{pmatrix} = 0"#
  ) {
    Exact("free symbols", dimensions: [1]) { symbols, _ in
      let (a, b) = (symbols.scalar(), symbols.scalar())
      Step(#"(a+b)^2"#) { (a + b) * (a + b) }
      Step(#"a^2 + 2ab + b^2"#) { a * a + 2 * a * b + b * b }
      Rival(#"a^2 + b^2"#, "middle term lost") { a * a + b * b }
    }
  }

  static let variance = Identity(
    "T.1e", "Variance of a normal variable", #"\mathbb{E}[z^2] = 1"#
  ) {
    Statistical("by simulation", cases: ["z normal"]) { _, draw in
      let z = draw.normal()
      Step(#"\mathbb{E}[z^2]"#) { z * z }
      Step(#"1"#, because: "integration by parts, $\\int z\\,z\\,e^{-z^2/2}$, as in every book") {
        Variate(1)
      }
      Rival(#"\tfrac{1}{2}"#, "factor 1/2") { Variate(0.5) }
    }
    Enclosure("on a box", over: ["x": 0.5...2]) { parameters in
      let x = parameters["x"]
      Step(#"x^2 - 1"#) { x * x - 1 }
      Step(#"(x-1)(x+1)"#, because: "difference of squares") { (x - 1) * (x + 1) }
      Rival(#"(x-1)^2"#, "sign") { (x - 1) * (x - 1) }
    }
  }

  static let figure = Figure(
    "sample-curves", caption: "The parabola $x^2$ leaves the line.", x: .init("x"), y: .init("value")
  ) {
    let xs = (0...40).map { Double($0) / 20 }
    return [
      .init("x²", points: xs.map { ($0, $0 * $0) }),
      .init("x, with a gap", points: xs.map { ($0, $0 > 0.9 && $0 < 1.2 ? .nan : $0) }),
      .init("measured", isJoined: false, points: [(0.5, 0.3), (1, 1.1), (.infinity, 2), (1.5, 2.2)]),
    ]
  }

  static let problem = Problem(
    "T.1", "Squares", setting: #"Let $a,b\in\mathbb{R}$; $\{a<b\}$ is an event."#, figures: [figure]
  ) {
    square
    lostTerm
    restored
    variance
  }

  static func report() async throws -> Report {
    Report(
      try await Verifier(resolution: 0.05).verify(problem.identities), problems: [problem],
      documents: documents)
  }

  /// A new directory that only one test uses.
  static func directory() throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }

  /// Removes a directory and all that is in it; one that stays behind fails no test.
  static func remove(_ directory: String) {
    do { try FileManager.default.removeItem(atPath: directory) } catch { print("left behind: \(directory)") }
  }
}
