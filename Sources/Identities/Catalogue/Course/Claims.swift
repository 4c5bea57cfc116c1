import Verification

extension Course {
  /// The claims of the course outline.
  public static let document = Document(
    key: "course", title: "Course", prefix: "S", part: "", claims: claims)

  private static let claims: [Claim] = [
    Claim(
      "S.transport", "Syllabus, first slide", .qualitative,
      #"$Z\sim\rho_0\rightsquigarrow X\sim\rho_{data}$, path $(\rho_t)_{t\in[0,1]}$."#),
    Claim("S.continuity", "Syllabus, method", .trueAsWritten, #"$\partial_t\rho+\nabla\cdot(v\rho)=0$."#),
    Claim("S.forward", "Syllabus, method", .trueAsWritten, #"$\partial_t\rho=\mathcal L_t^*\rho$."#),
    Claim(
      "S.reverse", "Syllabus, method (reverse-time formula and score identity)", .asksForDerivation,
      #"Promised, not stated."#),
    Claim(
      "S.error", "Syllabus, method", .qualitative,
      #"Approximation error controls KL, likelihood, Wasserstein or sampling error."#),
    Claim(
      "S.generator", "Syllabus, unifying lens", .trueAsWritten,
      #"$\mathcal L_tf(x)=\lim_{h\downarrow0}\frac{E[f(X_{t+h})|X_t=x]-f(x)}h$."#),
    Claim("S.ode", "Syllabus, generators", .trueAsWritten, #"ODE: $\mathcal L_tf=\nabla f\cdot v_t$."#),
    Claim(
      "S.diffusion", "Syllabus, generators", .trueAsWritten,
      #"Diffusion: $b\cdot\nabla f+\frac12a:\nabla^2f$."#),
    Claim("S.ctmc", "Syllabus, generators", .trueAsWritten, #"CTMC: $\sum_yQ_t(y,x)(f(y)-f(x))$."#),
    Claim(
      "S.marginals", "Syllabus, Semester II", .qualitative,
      #"Generative modelling $\approx$ construct a Markov process with prescribed marginals."#),
  ]
}
