import Verification

extension HomeworkIII {
  /// The claims of the third homework, on likelihoods and their bounds.
  public static let document = Document(
    key: "homework-iii", title: "Homework III", prefix: "III", part: "Problem", claims: claims)

  private static let claims: [Claim] = [
    Claim(
      "III.1a", "HW III, Problem 1(a)", .asksForDerivation,
      #"Exact formula for $\frac{d}{dt}\mathrm{KL}(\rho\|\hat\rho)$."#),
    Claim(
      "III.1b", "HW III, Problem 1(b)", .trueAsWritten,
      #"$\varepsilon=\hat\varepsilon$ reduces to the standard identity."#),
    Claim(
      "III.1c", "HW III, Problem 1(c)", .asksForDerivation,
      #"Identify the extra term for $\varepsilon\ne\hat\varepsilon$."#),
    Claim(
      "III.2.bound", "HW III, Problem 2, \"a formal KL upper bound is\"", .falseAsWritten,
      #"""
      $A=\frac12\int|\hat b-b|^2\rho$, $C=\frac12\int|\hat s-s|^2\rho$, KL bound \#
      $B[\varepsilon]=\int_0^1(\frac{A}{2\varepsilon}+\frac{\varepsilon C}2)dt$.
      """#),
    Claim("III.2a", "HW III, Problem 2(a)", .asksForDerivation, #"Pointwise optimal $\varepsilon^*(t)$."#),
    Claim("III.2b", "HW III, Problem 2(b)", .asksForDerivation, #"Minimised bound."#),
    Claim(
      "III.2c", "HW III, Problem 2(c)", .asksForDerivation,
      #"Constrained minimiser, $\varepsilon\le E$."#),
    Claim("III.2d", "HW III, Problem 2(d)", .qualitative, #"Interpret."#),
    Claim(
      "III.3a", "HW III, Problem 3(a)", .asksForDerivation,
      #"""
      Feynman-Kac for $\partial_t\hat\rho+\nabla\cdot(\hat \#
      b\hat\rho)=\varepsilon\Delta\hat\rho-r\hat\rho$.
      """#),
    Claim("III.3b", "HW III, Problem 3(b)", .asksForDerivation, #"Prove it by backward Ito calculus."#),
    Claim("III.3c", "HW III, Problem 3(c)", .asksForDerivation, #"What changes if $r<0$ somewhere?"#),
    Claim("III.4a", "HW III, Problem 4(a)", .trueAsWritten, #"$-\log E[e^{-A}R]\le E[A]-E[\log R]$."#),
    Claim("III.4b", "HW III, Problem 4(b)", .falseAsWritten, #"Equality iff $A+\log R$ is a.s. constant."#),
    Claim("III.4c", "HW III, Problem 4(c)", .qualitative, #"Interpret for the SDE density estimator."#),
    Claim("III.5a", "HW III, Problem 5(a)", .trueAsWritten, #"$\int_0^1\int|\hat b_n-b|^2\rho_0\to0$."#),
    Claim("III.5b", "HW III, Problem 5(b)", .trueAsWritten, #"$\hat\rho_n(1)\not\to\rho_0$ in KL."#),
    Claim(
      "III.5c", "HW III, Problem 5(c)", .trueAsWritten,
      #"No universal $C$ with KL $\le C\iint|\hat b_n-b|^2\rho_0$."#),
  ]
}
