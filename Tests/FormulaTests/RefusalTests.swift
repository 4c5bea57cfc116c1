import Testing

@testable import Formulas

/// What is not read: where, why, and between which readings the text does not decide.
@Suite struct RefusalTests {
  @Test(arguments: [
    // Names that are not declared.
    Refusal(#"a + w"#, 4, "w is not declared"),
    Refusal(#"\hat x_t"#, 0, #"\hat x_t is not declared"#),
    Refusal(#"a_s"#, 0, "a_s is not declared"),
    Refusal(#"x_t + y_t"#, 6, "y_t is not declared"),
    Refusal(#"\operatorname{rank}A"#, 0, #"\operatorname{rank} is not declared"#),
    Refusal(#"\nabla_w f"#, 0, "w, by which is differentiated, is not declared"),
    Refusal(#"\partial_{\gamma}\rho"#, 0, #"a derivative by the function \gamma"#),
    Refusal(#"a'"#, 1, "a is a value"),
    // Kinds and shapes.
    Refusal(#"A + x"#, 0, "a 2 x 2 matrix plus a vector of dimension 2"),
    Refusal(#"A + 1"#, 0, "a 2 x 2 matrix plus a number", "declare the identity matrix"),
    Refusal(#"x + x^\top"#, 0, "a vector of dimension 2 plus a row of 2 numbers"),
    Refusal(#"x A"#, 0, "a vector of dimension 2 times a 2 x 2 matrix"),
    Refusal(#"xy"#, 0, "two vectors side by side", #"a\cdot b"#, #"a b^\top"#),
    Refusal(#"H x"#, 0, "a 2 x 3 matrix times a vector of dimension 2"),
    Refusal(#"a/x"#, 0, "a division by a vector of dimension 2"),
    Refusal(#"\frac{1}{A}"#, 0, "a division by a 2 x 2 matrix"),
    Refusal(#"x^2"#, 0, "a power of a vector", "|x|^2", #"x x^\top"#),
    Refusal(#"A^{1/2}"#, 0, "a matrix has the powers -1, 2, 3, ..., and its transpose"),
    Refusal(#"H^{-1}"#, 0, "a power of a 2 x 3 matrix"),
    Refusal(#"\log x"#, 0, "log of a vector of dimension 2"),
    Refusal(#"|A|"#, 0, "bars around a matrix", #"\det A"#, #"\sqrt{A:A}"#),
    Refusal(#"\gamma(x)"#, 0, #"\gamma takes as t a number, not a vector of dimension 2"#),
    Refusal(#"\rho(x,t)"#, 0, #"\rho takes as t a number, not a vector of dimension 2"#),
    Refusal(#"\rho(t)"#, 7, #"\rho is a function of (t, x): 1 arguments are too few"#),
    Refusal(
      #"\nabla b"#, 0, "the gradient of a vector has two conventions", #"\partial_j b_i"#, #"\partial_i b_j"#),
    Refusal(#"\nabla\cdot f"#, 0, "the divergence of a number by a vector of dimension 2"),
    Refusal(#"\nabla a"#, 0, "a derivative by x of what does not depend on it"),
    Refusal(#"\partial_xf"#, 0, "a partial derivative by a vector of dimension 2", #"\nabla"#),
    Refusal(#"x_3"#, 0, "the component 3 of a vector of dimension 2"),
    Refusal(#"A_1"#, 0, "1 indices of a 2 x 2 matrix"),
    Refusal(#"x\times y"#, 0, "the cross product is not part of the notation"),
    Refusal(#"\begin{pmatrix}a & c \\ s\end{pmatrix}"#, 0, "rows of different lengths, [2, 1]"),
    Refusal(
      #"\operatorname{Var}(x)"#, 0, "the variance of a vector of dimension 2", #"\operatorname{Cov}(x)"#),
    Refusal(#"\mathbb{E}[a\mid x = t]"#, 0, "a vector of dimension 2 that has as its value a number"),
    // Where an argument ends.
    Refusal(#"\sin as"#, 6, "the function may take in what follows or not", #"(\sin a)\,s..."#, nil),
    Refusal(#"\sin a\sqrt2"#, 6, "the function may take in what follows or not", #"(\sin a)\,\sqrt..."#, nil),
    Refusal(#"\exp -a"#, 5, "a sign behind a function", #"\exp(-...)"#, #"(\exp ...) - ..."#),
    Refusal(#"\log a/c"#, 6, "the argument may end before the / or go on", #"(\log a) / ..."#, nil),
    Refusal(
      #"\log a\cdot c"#, 6, #"the argument may end before the \cdot or go on"#, #"(\log a) \cdot ..."#, nil),
    Refusal(#"\log(a)^2"#, 7, "a power behind a function's bracket", #"\log((...)^n)"#, #"(\log(...))^n"#),
    Refusal(#"\sin^{-1}a"#, 0, "a function to the power -1", #"1/\sin"#, "the inverse function"),
    Refusal(#"1/2a"#, 3, "a product after a slash", "(1/2) a", "1/(2 a)"),
    Refusal(#"a/cs"#, 3, "a product after a slash", "(a/c) s", "a/(c s)"),
    Refusal(#"1/2\cdot a"#, 3, "a product after a slash", #"(1/2) \cdot"#, #"1/(2 \cdot)"#),
    Refusal(#"a/c/s"#, 3, "two slashes", "(a/c)/...", "a/(c/...)"),
    Refusal(#"2\tfrac12"#, 1, "a number before a fraction", "2 + 1/2", #"2 \cdot 1/2"#),
    Refusal(#"a2"#, 1, "a number behind a factor"),
    Refusal(
      #"x\cdot y\cdot v"#, 0, "three vectors with dots between them", #"(a\cdot b)\,c"#, #"a\,(b\cdot c)"#),
    Refusal(
      #"\nabla f\rho"#, 8, "the derivative may take in what follows or not", #"(\nabla f)\,\rho..."#, nil),
    Refusal(
      #"\nabla\cdot b\cdot x"#, 13, #"the argument may end before the \cdot or go on"#,
      #"(\nabla\cdot b) \cdot ..."#, nil),
    Refusal(
      #"\partial_t\gamma/a"#, 16, "the argument may end before the / or go on", #"(\partial_t\gamma) / ..."#,
      nil),
    Refusal(#"\partial_t(\gamma)(\gamma)"#, 18, "the operator may take in what follows or not"),
    Refusal(#"\nabla(f)^2"#, 6, "a power behind a derivative's bracket", nil, nil),
    Refusal(
      #"\mathbb{E}as"#, 11, "the operator may take in what follows or not", #"(\mathbb{E}a)\,s..."#, nil),
    Refusal(
      #"\mathbb{E}(a - c)(s - c)"#, 17, "the operator may take in what follows or not",
      #"(\mathbb{E}(a - c))\,(..."#, nil),
    Refusal(
      #"\operatorname{tr}(A)^2"#, 20, "^ may belong to the argument or to the whole",
      #"(\operatorname{tr}(A))^..."#, nil),
    Refusal(#"\operatorname{tr}(A+B)^{-1}"#, 22, "^ may belong to the argument or to the whole", nil, nil),
    Refusal(#"1/\sum_{i=1}^2x_i"#, 2, #"\sum behind a slash"#),
    Refusal(
      #"\prod_{i=1}^2x_ia"#, 13, "a factor without i, which is inside of the product or behind it", nil, nil),
    Refusal(#"|a|c|s|"#, 0, "bars that may open or close", #"\lvert a\rvert b\lvert c\rvert"#, nil),
    // What stands above and below.
    Refusal(#"a^2^2"#, 3, "a second power"),
    Refusal(#"e^a^2"#, 3, "a second power", "(e^a)^..."),
    Refusal(#"\sigma^2^2"#, 8, "a second power"),
    Refusal(#"a^23"#, 3, "a number behind a factor"),
    Refusal(#"a^-1"#, 2, "an argument is expected, not -"),
    Refusal(#"A_{12}^2"#, 0, "an index and an exponent on one piece", "(A_{12})^2", "(A^2)_{12}"),
    Refusal(#"A^2_{12}"#, 0, "an index and an exponent on one piece", "(A_{12})^2", "(A^2)_{12}"),
    Refusal(#"x_t_1"#, 3, "a second index"),
    Refusal(#"\frac ac^2"#, 8, #"^ behind \frac"#, #"(\frac ac)^..."#),
    Refusal(#"\gamma^{(2)}"#, 8, "an exponent in brackets", nil, nil),
    Refusal(
      #"\gamma^2(t)"#, 8, "a bracket behind a power or an index", #"\gamma(...)^2"#, #"\gamma^2\cdot(...)"#),
    Refusal(#"G^{-1}(t)x"#, 6, "a bracket behind a power or an index", #"G(...)^{-1}"#, nil),
    Refusal(#"(f + q)(x)"#, 7, "functions held together before a bracket", nil, nil),
    Refusal(#"\frac1f(x)"#, 7, "functions held together before a bracket", nil, nil),
    Refusal(#"\sum_{i j=1}^2 a"#, 6, "a variable is expected"),
    Refusal(#"\lim_{\eta\mid\to0}a"#, 6, "a variable is expected"),
    Refusal(#"(\dot\gamma - \gamma)(1 - t)"#, 21, "functions held together before a bracket", nil, nil),
    Refusal(#"f[x]"#, 1, "the arguments of f stand in round brackets"),
    Refusal(#"G(s)"#, 1, "G is declared at (t) alone"),
    Refusal(#"(a, c)"#, 2, "several quantities in brackets"),
    // Integrals, sums, limits.
    Refusal(#"\int_0^1 t"#, 0, "the integral has no differential such as dx"),
    Refusal(#"\int d\,t\,dt"#, 0, "d is a name, so that the integral may end at more than one place"),
    Refusal(#"\int_0^1dt\,t"#, 12, "a factor behind an empty integral", nil, nil),
    Refusal(#"\int f\,d\mu(x)"#, 12, #"( behind the differential d\mu"#),
    Refusal(#"\int_0 t\,dt"#, 0, "an integral has two ends"),
    Refusal(#"\int t\,dt^2"#, 10, "^ behind the differential dt"),
    Refusal(#"\frac{d}{dt}\gamma"#, 0, "d is a name", nil, nil),
    Refusal(#"\sum_i x_i"#, 5, "the first index is expected"),
    Refusal(#"\sum_{i=1}x_i"#, 10, "the last index is expected"),
    Refusal(#"\lim_{h\to0}a"#, 6, "the function h as a variable"),
    Refusal(#"\infty + a"#, 0, "infinity stands only at the end"),
    Refusal(#"\mathbb{E}[a\mid c]"#, 17, "a condition such as x_t = x is expected"),
    Refusal(#"\mathbb{E}_q[a\mid c = s]"#, 0, "a law below an expectation with a condition"),
    // The text itself.
    Refusal(#""#, 0, "there is no formula"),
    Refusal(#"a = c"#, 2, "a line is one side of a relation"),
    Refusal(#"a \pm c"#, 2, #"\pm says two things at once"#),
    Refusal(#"a + "#, 4, "a factor is expected before the end"),
    Refusal(#"a -- c"#, 3, "a sign where a factor is expected"),
    Refusal(#"(a + c"#, 0, "the bracket ( is not closed"),
    Refusal(#"(a + c]"#, 6, "] closes no bracket; ) is expected"),
    Refusal(#"a)"#, 1, ") is not expected here"),
    Refusal(#"|a"#, 0, "the bar is not closed"),
    Refusal(#"()"#, 0, "nothing stands between the brackets"),
    Refusal(#"10\,000"#, 4, "two numbers side by side"),
    Refusal(#"1{,}000"#, 1, "{ is not expected here"),
    Refusal(#"007"#, 0, "a number that begins with 0"),
    Refusal(#"1234567890123456789"#, 0, "the number is too long"),
    Refusal(#"a % c"#, 2, "what stands behind % is not printed"),
    Refusal(#"5\%"#, 1, #"\% is not expected here"#),
    Refusal(#"a × c"#, 2, "the character × is not part of a formula"),
    Refusal(#"\left( a )"#, 0, #"\left without its \right"#),
    Refusal(#"\left a"#, 0, #"\left without a bracket behind it"#),
    Refusal(#"a \text{ for } c"#, 2, "words are not part of a formula"),
    Refusal(#"\sqrt[3]{a}"#, 5, "a root of another order"),
    Refusal(#"a!"#, 1, "! is not part of the notation here"),
    Refusal(#"\frac1"#, 6, "an argument is expected before the end"),
  ])
  func `a text is refused with a caret and the readings`(refusal: Refusal) throws {
    let reader = Reader(try Notation.rich())
    do {
      let formula = try reader.read(refusal.text)
      Issue.record("\(refusal.text) is read as \(formula.shape)")
    } catch let error as ReadingError {
      #expect(error.offset == refusal.offset && error.reason.hasPrefix(refusal.reason), "\(error)")
      #expect(refusal.readings.isEmpty || error.readings.count == refusal.readings.count, "\(error)")
      for (said, expected) in zip(error.readings, refusal.readings) {
        if let expected { #expect(said == expected, "\(error)") }
      }
    }
  }

  @Test func `what is nested too deep is refused`() throws {
    let reader = Reader(try Notation.rich())
    for n in [100, 1000, 5000] {
      for (open, close) in [
        ("(", ")"), ("\\sqrt{", "}"), ("\\log", ""), ("a^{", "}"), ("\\frac1{", "}"), ("a\\cdot ", ""),
      ] {
        let text = String(repeating: open, count: n) + "a" + String(repeating: close, count: n)
        #expect(throws: ReadingError.self) { try reader.read(text) }
      }
    }
    let flat = Array(repeating: "a", count: 5000).joined(separator: "+")
    #expect(try reader.read(flat).arguments.count == 5000)
  }

  @Test func `the caret stands under the place`() throws {
    let error = #expect(throws: ReadingError.self) { try Reader(try Notation.rich()).read(#"a + \sin as"#) }
    #expect(
      error?.description == #"""
        a + \sin as
                  ^ the function may take in what follows or not: `(\sin a)\,s...` or `brackets around all it takes in`
        """#)
  }
}

/// A text that is not read, with the place, the beginning of the reason, and the readings where they are compared.
struct Refusal: CustomTestStringConvertible {
  let text: String
  let offset: Int
  let reason: String
  let readings: [String?]

  init(_ text: String, _ offset: Int, _ reason: String, _ readings: String?...) {
    (self.text, self.offset, self.reason, self.readings) = (text, offset, reason, readings)
  }

  var testDescription: String { text }
}
