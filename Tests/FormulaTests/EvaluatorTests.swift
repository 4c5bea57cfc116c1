import Arithmetic
import Formulas
import Testing

@Suite struct EvaluatorTests {
  private func bindings() throws -> Bindings<Interval> {
    var bindings = Bindings<Interval>()
    try bindings.bind("t", .scalar) { .scalar(Jet(constant: Interval(0.25))) }
    try bindings.bind("x", .vector(2)) {
      .vector(Vector([Jet(constant: Interval(0.5)), Jet(constant: Interval(-1))]))
    }
    try bindings.bind("A", .matrix(2, 2)) {
      .matrix(Matrix([[1, 2], [3, 5]]).map { (n: Interval) in Jet(constant: n) })
    }
    try bindings.bind(#"\gamma(t)"#, formula: #"\sqrt{t(1-t)}"#)
    try bindings.bind(#"\phi(x)"#, formula: #"\exp(-\tfrac12|x|^2)"#)
    try bindings.bind("y", formula: #"A x + t^2 x"#)
    return bindings
  }

  @Test(arguments: [
    (#"\gamma(t)^2"#, 0.1875), (#"\dot\gamma\gamma"#, 0.25), (#"\partial_t|y|^2"#, 2.828125),
    (#"\Delta\log\phi"#, -2), (#"\nabla\cdot(A x)"#, 6), (#"x^\top A x"#, 0.25 - 2.5 + 5),
    (#"\operatorname{tr}A - \det A"#, 7), (#"\int_0^1 t^3 dt"#, 0.25), (#"\sum_{k=1}^{4} k^2"#, 30),
    (#"\int e^{-u^2} du/\sqrt\pi"#, 1), (#"(A^{-\top}x)_2"#, 2), (#"\lim_{h\to0}\frac{e^h - 1}{h}"#, 1),
  ])
  func valueOfANumber(text: String, expected: Double) throws {
    let bindings = try bindings()
    let formula = try Reader(bindings.notation).read(text)
    guard case .scalar(let x) = try Evaluator(bindings).value(of: formula) else {
      Issue.record("no number: \(text)")
      return
    }
    #expect((x.value.midpoint - expected).magnitude <= x.value.radius + 1e-9, "\(text) = \(x.value)")
  }

  @Test func whatIsNotRationalIsRefusedInExactEvidence() throws {
    var bindings = Bindings<Symbol>()
    try bindings.bind("t", .scalar) { .scalar(Jet(2)) }
    #expect(throws: Unsupported.self) {
      try Evaluator(bindings).value(of: try Reader(bindings.notation).read(#"\log t"#))
    }
  }
}
