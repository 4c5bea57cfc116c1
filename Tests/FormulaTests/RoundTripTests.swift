import Testing

@testable import Formulas

/// What is printed reads as the same formula, and so does what only looks different.
@Suite struct RoundTripTests {
  @Test(arguments: 0..<10)
  func `a random formula reads as it is printed, in two spellings`(part: Int) throws {
    let notation = try Notation.rich()
    let reader = Reader(notation)
    var random = RandomFormula(notation, seed: UInt64(part))
    var spelling = Respelling(seed: UInt64(part))
    var failures: [String] = []
    for k in 0..<1000 {
      let formula = random.line(depth: 1 + k % 4)
      let text = formula.latex(in: notation)
      for spelled in [text, spelling.respelled(text)] {
        do {
          let again = try reader.read(spelled)
          if again != formula { failures.append("\(spelled)\n\(formula.shape)\n\(again.shape)") }
        } catch {
          failures.append("\(error)\n\(formula.shape)")
        }
      }
    }
    #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(3).joined(separator: "\n"))")
  }

  @Test func `the random formulas have every head that is read`() throws {
    var random = RandomFormula(try Notation.rich(), seed: 1)
    var heads: Set<String> = []
    func collect(_ formula: Formula) {
      heads.insert(String(formula.shape.drop { $0 == "(" }.prefix { $0 != " " && $0 != ")" }))
      formula.arguments.forEach(collect)
    }
    for k in 0..<2000 { collect(random.line(depth: 1 + k % 4)) }
    let expected = [
      "+", "-", "*", "dot", "outer", ":", "/", "frac", "^", "T", "inv", "tr", "det", "norm", "at", "at-t",
      "d-t",
      "grad-x", "div-x", "lap-x", "hess-x", "int-y", "sum-i", "prod-i", "lim-s+", "lim-s-", "lim-s", "E",
      "E-q", "E|",
      "Var", "Cov", "tuple", "2x2", "3x1", "pi", "oo", "sqrt", "exp", "log", #"\gamma3@"#, #"\rho2,0@"#,
      "5/10",
    ]
    #expect(expected.filter { !heads.contains($0) } == [])
  }

  /// How a person would write the formula.
  @Test(arguments: [
    (#"-A^{-\top}x"#, #"-A^{-\top}x"#),
    (#"(a)(s)"#, "as"), (#"(a)(c)"#, "(a)(c)"),
    (#"\frac{1}{2}\left|x\right|^{2}"#, #"\tfrac12|x|^2"#),
    (#"\exp(-a)"#, #"e^{-a}"#),
    (#"e^{-\frac{|x|^2}{2a}}"#, #"\exp(-\frac{|x|^2}{2a})"#),
    (#"\log(s)"#, #"\log s"#),
    (#"(\log s)t"#, #"\log(s)\,t"#),
    (#"\nabla\cdot(b\rho)/2"#, #"\nabla\cdot(b(t, x)\,\rho(t, x))/2"#),
    (#"\partial_t\partial_t\gamma"#, #"\partial_t^2\gamma(t)"#),
    (#"\dot\gamma + \gamma''(s)"#, #"\dot\gamma(t) + \ddot\gamma(s)"#),
    (#"G(x + y)"#, "refused"),
    (#"G(t)(x + y)"#, #"G(t)(x + y)"#),
    (#"G^{-1}\,y"#, #"G^{-1}y"#),
    (#"|a|\,|s|"#, #"\lvert a\rvert\lvert s\rvert"#),
    (#"2(3)"#, #"2(3)"#),
    (#"(\sigma)^2 + \sigma^2"#, #"(\sigma)^2 + \sigma^2"#),
  ])
  func `brackets stand where they are needed`(text: String, printed: String) throws {
    let notation = try Notation.rich()
    let found = (try? Reader(notation).read(text))?.latex(in: notation) ?? "refused"
    #expect(found == printed)
  }
}
