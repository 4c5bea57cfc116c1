import Testing

@testable import Formulas

/// Formulas as presentation MathML.
@Suite struct MathMLTests {
  @Test(arguments: [
    (#"-a^2"#, #"<mrow><mo form="prefix">−</mo><msup><mi>a</mi><mn>2</mn></msup></mrow>"#),
    (
      #"\tfrac12|x|"#,
      #"<mrow><mstyle displaystyle="false"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle><mrow>"#
        + #"<mo form="prefix" stretchy="false">|</mo><mi>x</mi><mo form="postfix" stretchy="false">|</mo></mrow></mrow>"#
    ),
    (
      #"A^{-\top}x"#,
      #"<mrow><msup><mi>A</mi><mrow><mo form="prefix">−</mo><mi mathvariant="normal">⊤</mi></mrow></msup><mi>x</mi></mrow>"#
    ),
    (#"x_t"#, "<msub><mi>x</mi><mi>t</mi></msub>"),
    (#"\hat d"#, #"<mover><mi>d</mi><mo stretchy="false">^</mo></mover>"#),
    (#"2.5\sigma^2"#, "<mrow><mn>2.5</mn><msup><mi>σ</mi><mn>2</mn></msup></mrow>"),
    (#"\sqrt{a + c}"#, "<msqrt><mrow><mi>a</mi><mo>+</mo><mi>c</mi></mrow></msqrt>"),
    (
      #"\int_0^1 s\,ds"#,
      #"<mrow><msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup><mi>s</mi><mspace width="0.167em"/><mi>d</mi><mi>s</mi></mrow>"#
    ),
    (
      #"\sum_{i=1}^2 x_i"#,
      "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mn>2</mn></munderover>"
        + "<msub><mi>x</mi><mi>i</mi></msub></mrow>"
    ),
    (
      #"\gamma''(s)"#,
      #"<mrow><mover><mi>γ</mi><mo stretchy="false">¨</mo></mover><mrow><mo form="prefix" stretchy="false">(</mo>"#
        + #"<mi>s</mi><mo form="postfix" stretchy="false">)</mo></mrow></mrow>"#
    ),
    (
      #"\mathbb{E}[a]"#,
      #"<mrow><mi>𝔼</mi><mrow><mo form="prefix" stretchy="false">[</mo><mi>a</mi>"#
        + #"<mo form="postfix" stretchy="false">]</mo></mrow></mrow>"#
    ),
    (
      #"\operatorname{tr}\Sigma"#,
      #"<mrow><mi mathvariant="normal">tr</mi><mspace width="0.167em"/><mi mathvariant="normal">Σ</mi></mrow>"#
    ),
    (
      #"\begin{pmatrix}a \\ c\end{pmatrix}"#,
      #"<mrow><mo form="prefix">(</mo><mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd></mtr></mtable>"#
        + #"<mo form="postfix">)</mo></mrow>"#
    ),
  ])
  func `a formula is set as MathML`(text: String, expected: String) throws {
    let notation = try Notation.rich()
    #expect(try Reader(notation).read(text).mathML(in: notation) == "<math>" + expected + "</math>")
  }

  @Test func `a relation between undeclared names is set too`() throws {
    let text = #"w_0 \leq \mathcal{N}(0, \mathbf{I}) < \text{so \& so}"#
    #expect(throws: ReadingError.self) { try Reader(try Notation.rich()).read(text) }
    let mathML = try Formula.mathML(of: #"w_0 \leq \mathcal{N}(0, \mathbf{I}) < 1"#)
    #expect(
      mathML.contains("<mo>≤</mo>") && mathML.contains("𝒩") && mathML.contains("𝐈")
        && mathML.contains("<mo>&lt;</mo>"))
    #expect(try Self.isWellFormed(mathML))
  }

  @Test func `every random formula is set in elements that hold what they should`() throws {
    let notation = try Notation.rich()
    var random = RandomFormula(notation, seed: 7)
    for k in 0..<2000 {
      let formula = random.line(depth: 1 + k % 4)
      let mathML = try formula.mathML(in: notation)
      guard try Self.isWellFormed(mathML) else {
        Issue.record("\(formula.latex(in: notation))\n\(mathML)")
        return
      }
    }
    #expect(try !Self.isWellFormed("<math><mfrac><mn>1</mn></mfrac></math>"))
    #expect(try !Self.isWellFormed("<math><mi>a</mrow></math>"))
  }

  /// Whether elements are closed in order, with as many inside of them as they take, in one `math` element.
  static func isWellFormed(_ mathML: String) throws -> Bool {
    let counts = [
      "mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "math": 1,
      "msqrt": 1,
      "mtd": 1, "mstyle": 1,
    ]
    var open: [(name: String, count: Int)] = [("", 0)]
    for part in mathML.split(separator: "<") {
      guard let end = part.firstIndex(of: ">") else { return false }
      let tag = part[..<end]
      if tag.hasPrefix("/") {
        guard let last = open.popLast(), last.name == tag.dropFirst(),
          counts[last.name].map({ $0 == last.count }) ?? true
        else { return false }
        continue
      }
      open[open.count - 1].count += 1
      if !tag.hasSuffix("/") { open.append((String(tag.prefix { $0 != " " }), 0)) }
    }
    return open.count == 1 && open[0].count == 1 && mathML.hasPrefix("<math>")
  }
}
