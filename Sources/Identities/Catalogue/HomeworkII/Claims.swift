import Verification

extension HomeworkII {
  /// The claims of the second homework, on stochastic interpolants.
  public static let document = Document(
    key: "homework-ii", title: "Homework II", prefix: "II", part: "Problem", claims: claims)

  private static let claims: [Claim] = [
    Claim(
      "II.1.setup", "HW II, Problem 1, displayed definition", .falseAsWritten,
      #"$x_t=I(t,x_0,x_1)+A(t)z,\ z\sim N(0,I_d),\ A(t)$ invertible for $0<t<1$, $A(0)=A(1)=0$."#),
    Claim(
      "II.1a", "HW II, Problem 1(a)", .asksForDerivation,
      #"$x_t$ has a smooth positive density for $0<t<1$."#),
    Claim(
      "II.1b", "HW II, Problem 1(b)", .trueAsWritten,
      #"$b=E[\partial_tI+\dot A z|x_t=x]$ satisfies $\partial_t\rho+\nabla\cdot(b\rho)=0$."#),
    Claim("II.1c", "HW II, Problem 1(c)", .trueAsWritten, #"$\nabla\log\rho(t,x)=-A(t)^{-\top}E[z|x_t=x]$."#),
    Claim(
      "II.1d", "HW II, Problem 1(d)", .asksForDerivation,
      #"Denoiser objective for $\eta_z=E[z|x_t=x]$."#),
    Claim(
      "II.2.setup", "HW II, Problem 2, statement", .falseAsWritten,
      #"$z$ has smooth positive density $r=e^{-V}/Z$ with $V\in C^1$; $x_t=I+\gamma z$."#),
    Claim(
      "II.2a", "HW II, Problem 2(a)", .trueAsWritten,
      #"$\nabla\log\rho=-\gamma^{-1}E[\nabla V(z)|x_t=x]$."#),
    Claim(
      "II.2b", "HW II, Problem 2(b)", .asksForDerivation,
      #"Recover the Gaussian formula for $V=|z|^2/2$."#),
    Claim(
      "II.2c", "HW II, Problem 2(c)", .asksForDerivation,
      #"Quadratic objective with minimiser $E[\nabla V(z)|x_t=x]$."#),
    Claim("II.2d", "HW II, Problem 2(d)", .qualitative, #"Explain why Gaussian latents are convenient."#),
    Claim(
      "II.3a", "HW II, Problem 3(a)", .trueAsWritten,
      #"$b=v-\gamma\dot\gamma s$, $v=E[x_1-x_0|x_t=x]$."#),
    Claim(
      "II.3b", "HW II, Problem 3(b)", .asksForDerivation,
      #"Compute $\gamma\dot\gamma$ for $\gamma=\sqrt{at(1-t)}$."#),
    Claim("II.3c", "HW II, Problem 3(c)", .asksForDerivation, #"Endpoint limits $b(0,x)$, $b(1,x)$."#),
    Claim("II.3d", "HW II, Problem 3(d)", .asksForDerivation, #"Specialise to $\nu=\rho_0\otimes\rho_1$."#),
    Claim(
      "II.4a", "HW II, Problem 4(a)", .asksForDerivation,
      #"Find $b^A$ with $\partial_t\rho+\nabla\cdot(b^A\rho)=\frac12\nabla\cdot\nabla\cdot(A\rho)$."#),
    Claim(
      "II.4b", "HW II, Problem 4(b)", .trueAsWritten,
      #"$A=2\varepsilon I$ gives $b+\varepsilon\nabla\log\rho$."#),
    Claim(
      "II.4c", "HW II, Problem 4(c)", .qualitative,
      #"Why does state-dependent diffusion need a divergence correction?"#),
    Claim(
      "II.5.setup", "HW II, Problem 5, statement", .falseAsWritten,
      #"""
      $X_0,X_1,Z$ independent, $Z\sim N(0,1)$, $X_t=(1-t)X_0+tX_1+\sqrt{t(1-t)}Z$ Gaussian for every \#
      $t\in(0,1)$.
      """#),
    Claim("II.5a", "HW II, Problem 5(a)", .trueAsWritten, #"$(1-t)X_0+tX_1$ is Gaussian."#),
    Claim("II.5b", "HW II, Problem 5(b)", .trueAsWritten, #"$X_0$ and $X_1$ are Gaussian."#),
    Claim("II.5c", "HW II, Problem 5(c)", .qualitative, #"Gaussian marginals are rigid."#),
  ]
}
