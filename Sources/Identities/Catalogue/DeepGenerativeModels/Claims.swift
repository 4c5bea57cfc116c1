import Verification

extension DeepGenerativeModels {
  /// The claims of the deep generative models homework and its solution.
  public static let document = Document(
    key: "deep-generative-models", title: "Deep Generative Models", prefix: "DGM", part: "Question",
    claims: claims)

  private static let claims: [Claim] = [
    Claim(
      "DGM.0", "CS598 HW2, Problem 1 preamble", .trueAsWritten,
      #"$q_\sigma(\tilde x)=\int q_\sigma(\tilde x|x)q_0(x)dx$."#),
    Claim(
      "DGM.1a", "CS598 HW2, 1(a), eqs (1),(2)", .trueAsWritten,
      #"$J_1=J_2+c$, $c=-\frac12E_{\tilde x}\mathrm{Var}_{x|\tilde x}(\nabla\log q_\sigma(\tilde x|x))$."#),
    Claim(
      "DGM.1b", "CS598 HW2, 1(b), eq (3)", .trueAsWritten,
      #"""
      KL$(q_{\sigma_1}\|q_{\sigma_0})\le$KL$(q_{\sigma_2}\|q_{\sigma_0})$ for the JOINT laws; solution: \#
      $\frac d2(r-1-\log r)$, $f$ increasing for $\alpha>\sigma_0^2$.
      """#),
    Claim("DGM.2a.i", "CS598 HW2, 2(a)i", .qualitative, #"VAE: no exact likelihood."#),
    Claim("DGM.2a.ii", "CS598 HW2, 2(a)ii", .qualitative, #"GAN: no density."#),
    Claim(
      "DGM.2a.iii", "CS598 HW2, 2(a)iii", .falseAsWritten,
      #"""
      $\log p(x)=\log p_T(x_T)-\int_0^T\frac12\beta\nabla\cdot s_\theta(x,t)dt$, "$x_T$ is the noised \#
      $x$".
      """#),
    Claim(
      "DGM.2a.iv", "CS598 HW2, 2(a)iv", .falseAsWritten,
      #"""
      $\log p(x)=\log p_0(x_0)+\int_0^1\nabla\cdot v_\theta(x,t)dt$; "$v_\theta$ models $\nabla\log \#
      p_t$".
      """#),
    Claim("DGM.2a.v", "CS598 HW2, 2(a)v", .qualitative, #"Non-analytic $p_0$: no."#),
    Claim(
      "DGM.2b.i", "CS598 HW2, 2(b), diffusion", .falseAsWritten,
      #"""
      (a) integrate $\frac12\beta\nabla\cdot s_\theta$ over $[0,T]$; (b) compute $x_T$ "via the \#
      diffusion"; (c) combine.
      """#),
    Claim(
      "DGM.2b.ii", "CS598 HW2, 2(b), rectified flow", .falseAsWritten,
      #"""
      Integrate $\nabla\cdot v$ over [0,1], compute $x_0$ along the vector field, combine by the formula \#
      of 2(a)iv.
      """#),
    Claim(
      "DGM.3a", "CS598 HW2, 3(a)", .falseAsWritten,
      #"""
      Forward SDE with drift $f(x,t)=p_{\theta_1}(x)$; reverse SDE "use the same drift term; score times \#
      $g^2$".
      """#),
    Claim(
      "DGM.3b", "CS598 HW2, 3(b)", .qualitative,
      #"Faster, because dogs are closer to huskies than noise is."#),
    Claim(
      "DGM.4a", "CS598 HW2, 4(a)", .falseAsWritten,
      #"""
      $L(\theta)=E_{x\sim q_1}[\log p_1(x)]$ "as it is the negative MLE"; \#
      $L_{CFM}=E\|u_\theta(t,x)-u_t(x|x_1)\|^2$.
      """#),
    Claim(
      "DGM.4b", "CS598 HW2, 4(b)", .qualitative,
      #"$u_t(x|z)$ has no closed form for arbitrary $p_t(x|z)$; $\partial_tp_t=-\nabla\cdot(u_tp_t)$."#),
    Claim(
      "DGM.eq4", "CS598 HW2, 4(c), eq (4)", .falseAsWritten,
      #"""
      $\psi_t(x|x_1)=\alpha_tx_1+\sigma_tx$, $\alpha_0=0=\sigma_1$, $\alpha_1=1$, \#
      $\dot\alpha,-\dot\sigma>0$.
      """#),
    Claim("DGM.4c.i", "CS598 HW2, 4(c)i", .trueAsWritten, #"$\alpha_t=t,\ \sigma_t=1-t$ valid."#),
    Claim("DGM.4c.ii", "CS598 HW2, 4(c)ii", .falseAsWritten, #"$u_t(x|x_1)=x_1-x$; $u_t(x)=E[x_1]-x$."#),
    Claim(
      "DGM.4c.iii", "CS598 HW2, 4(c)iii", .falseAsWritten,
      #"""
      Not the OT path; reason: "globally it restricts the path to be straight lines. However, OT found \#
      the shortest path considering the total distance globally".
      """#),
    Claim(
      "DGM.eq5", "CS598 HW2, 4(d), eq (5)", .falseAsWritten,
      #"$\alpha_t=e^{-\frac12T(1-t)}$, $\sigma_t=(1-\alpha_t^2)$, $T(t)=\int_0^t\beta$."#),
    Claim(
      "DGM.4d.i", "CS598 HW2, 4(d)i", .asksForDerivation,
      #"Plots for $\beta=598$ (the figure itself is not in the text)."#),
    Claim("DGM.4d.ii", "CS598 HW2, 4(d)ii", .trueAsWritten, #"Conditions (4) fail because $\alpha_0\neq0$."#),
    Claim(
      "DGM.4e.i", "CS598 HW2, 4(e)i", .trueAsWritten,
      #"""
      Brownian bridge $X_t=(1-t)X_0+tX_1+\sqrt{2\varepsilon}B^{br}_t$; SB: $\min KL(P\|Q)$ with \#
      marginals $p_0,p_1$.
      """#),
    Claim(
      "DGM.4e.ii", "CS598 HW2, 4(e)ii", .falseAsWritten,
      #"Brownian bridge preferred for faster inference; "no learned dynamics needed at test time"."#),
  ]
}
