import Testing

@testable import Report

@Suite("LaTeX that Markdown leaves alone")
struct LaTeXTests {
  @Test(arguments: [
    (#"a\,b\;c\:d"#, #"a\ b\ c\ d"#),
    (#"\!a"#, "a"),
    (#"\{x\mid\|x\|<1\}"#, #"\lbrace x\mid\Vert x\Vert \lt 1\rbrace"#),
    (#"\left\{x\right\}"#, #"\left\lbrace x\right\rbrace"#),
    ("a*b>c", #"a\ast b\gt c"#),
    (#"\mathbf{x}_{i}+\hat y_t"#, #"\mathbf{x}_ {i}+\hat y_t"#),
    (#"|x|_2"#, "|x|_ 2"),
    ("E[z](t)", "E[z] (t)"),
    (#"\operatorname{tr}A+\operatorname*{argmin}_x"#, #"\mathop{\mathrm{tr}}A+\mathop{\mathrm{argmin}}_ x"#),
    ("a\n  = b", "a = b"),
    (#"a\,"#, "a"),
  ])
  func rewritesWhatIsEaten(source: String, expected: String) {
    #expect(LaTeX.formula(source) == expected)
  }

  @Test func barsAreWordsInTables() {
    #expect(LaTeX.formula("E[z|x]", in: .table) == #"E[z\vert x]"#)
    #expect(LaTeX.prose("a | b and $p|q$", in: .table) == #"a \| b and $p\vert q$"#)
  }

  @Test func rowsEndInLineBreaksInDisplays() {
    let display = LaTeX.display(#"\begin{pmatrix} a \\ b \end{pmatrix}"#)
    #expect(display == ["$$", #"\begin{pmatrix} a \\"#, #"b \end{pmatrix}"#, "$$"])
  }

  @Test func matricesStandInARowElsewhere() {
    #expect(
      LaTeX.formula(#"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"#) == #"\left( a ,\ b ;\ c ,\ d \right)"#)
  }

  @Test func formulasDoNotTouchLetters() {
    #expect(LaTeX.prose("KL$(p)$K") == "KL $(p)$ K")
    #expect(LaTeX.prose("a lone $ sign") == #"a lone \$ sign"#)
  }

  @Test func wordsBecomeText() {
    #expect(LaTeX.words("as $x_t$ is 50% noise") == #"\text{as }x_t\text{ is 50 percent noise}"#)
  }
}
