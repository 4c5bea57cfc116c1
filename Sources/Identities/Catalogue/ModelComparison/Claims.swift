import Verification

extension ModelComparison {
  /// The claims of the report that compares score-based models with stochastic interpolants.
  public static let document = Document(
    key: "comparison", title: "Comparison", prefix: "R", part: "", claims: claims)

  private static let claims: [Claim] = [
    Claim(
      "R.abstract", "Report, abstract and 1", .qualitative,
      #"""
      SDE-SBGMs model the mapping as a reversed Ornstein-Uhlenbeck process; SIs use an ODE; both have \#
      least-squares objectives.
      """#),
    Claim(
      "R.intro", "Report, Section 1", .falseAsWritten,
      #"""
      $\mu(A)=P(X^{-1}(A))$, "$A\in R^d$"; $p=d\mu/d\lambda$; $\int_{\mathrm{Supp}\,p}p=1$; "mapping \#
      from a tractable target density $p_0$ to the target density $p_1$" (Section 2).
      """#),
    Claim(
      "R.2.1", "Report (2.1)", .falseAsWritten,
      #"""
      $q(x_t|x_{t-1})=N(\sqrt{\alpha_t}x_{t-1},(1-\alpha_t)I)$ for $1\le t\le T-1$, $\alpha_t\in R$; \#
      $x_T\sim p_0:=N(0,I)$.
      """#),
    Claim(
      "R.2.2", "Report (2.2)", .trueAsWritten,
      #"$x_t\sim N(\sqrt{\bar\alpha_t}x_0,(1-\bar\alpha_t)I)$."#),
    Claim(
      "R.2.3", "Report (2.3)", .trueAsWritten,
      #"ELBO: $\log p(x_0)\ge$ reconstruction $-$ prior matching $-\ldots$"#),
    Claim(
      "R.2.4", "Report (2.4)", .trueAsWritten,
      #"$-\sum_{t=2}^TE_{q(x_t|x_0)}KL(q(x_{t-1}|x_t,x_0)\|p_\theta(x_{t-1}|x_t))$."#),
    Claim(
      "R.elbo_comment", "Report, after (2.4)", .falseAsWritten,
      #"""
      Maximising the ELBO is equivalent to simultaneously maximising the reconstruction term and \#
      minimising the two KL terms.
      """#),
    Claim(
      "R.2.5", "Report (2.5)", .trueAsWritten,
      #"Bayes: $q(x_{t-1}|x_t,x_0)=q(x_t|x_{t-1},x_0)q(x_{t-1}|x_0)/q(x_t|x_0)$."#),
    Claim(
      "R.2.6", "Report (2.6)", .trueAsWritten,
      #"""
      $\propto \#
      N(\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})x_t+\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)x_0}{1-\bar\alpha_t},\frac{(1-\alpha_t)(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}I)$.
      """#),
    Claim("R.2.7", "Report (2.7)", .trueAsWritten, #"Definition of $\mu_q(x_t,x_0)$."#),
    Claim("R.2.8", "Report (2.8)", .trueAsWritten, #"$\Sigma_q(t)=\sigma_q^2(t)I$."#),
    Claim(
      "R.2.9", "Report (2.9)", .trueAsWritten,
      #"$\mu_\theta$ with $\hat x_\theta$ in place of $x_0$; covariance $\Sigma_q(t)$."#),
    Claim(
      "R.2.10", "Report (2.10)", .trueAsWritten,
      #"""
      KL $=\frac1{2\sigma_q^2}\frac{\bar\alpha_{t-1}(1-\alpha_t)^2}{(1-\bar\alpha_t)^2}\|\hat \#
      x_\theta-x_0\|^2$.
      """#),
    Claim(
      "R.2.11", "Report (2.11)", .falseAsWritten,
      #"Maximising (2.3) is equivalent to $\arg\min E_{t\sim U\{2,T\}}E_qKL$."#),
    Claim("R.2.12", "Report (2.12)", .trueAsWritten, #"Tweedie: $E[\mu_z|z]=z+\Sigma_z\nabla\log p(z)$."#),
    Claim(
      "R.2.12b", "Report, display after (2.12)", .falseAsWritten,
      #"$E[\mu_{x_t}=\sqrt{\alpha_t}x_0|x_t]=x_t+(1-\bar\alpha_t)\nabla\log p_t(x_t)$."#),
    Claim(
      "R.2.13", "Report (2.13)", .falseAsWritten,
      #"$x_0=\frac{x_t+(1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}$."#),
    Claim(
      "R.2.14", "Report (2.14)", .falseAsWritten,
      #"$\mu_q(x_t,x_0)=\frac1{\sqrt{\alpha_t}}x_t+\frac{1-\alpha_t}{\sqrt{\alpha_t}}\nabla\log p_t(x_t)$."#),
    Claim(
      "R.2.14b", "Report, display after (2.14)", .trueAsWritten,
      #"$\mu_\theta=\frac1{\sqrt{\alpha_t}}x_t+\frac{1-\alpha_t}{\sqrt{\alpha_t}}s_\theta$."#),
    Claim(
      "R.2.15", "Report (2.15)", .falseAsWritten,
      #"KL$=\frac1{2\sigma_q^2}\frac{(1-\alpha_t)^2}{\alpha_t}\|s_\theta-\nabla\log p_t\|^2$."#),
    Claim(
      "R.2.16", "Report (2.16)", .falseAsWritten,
      #"$dx=f(x,t)dt+g(t)dw$ "is the following Ornstein-Uhlenbeck process"."#),
    Claim(
      "R.OU", "Report, abstract/2.2/4", .falseAsWritten,
      #"The forward process used in the experiments (drift-free) is a (reversed) OU process."#),
    Claim(
      "R.2.17", "Report (2.17)", .trueAsWritten,
      #"Reverse SDE $dx=[f-g^2\nabla\log p_t]dt+g\,d\bar w$, "$d\bar w$ is a standard Wiener process"."#),
    Claim(
      "R.2.18", "Report (2.18)", .falseAsWritten,
      #"Denoising objective, $x_0\sim p_0(x)$; "equivalent to the score-matching version of (2.11)"."#),
    Claim("R.2.19", "Report (2.19)", .trueAsWritten, #"$\dot x_t=v_t(x_t)$, $x_0\sim p_0$."#),
    Claim(
      "R.2.20", "Report (2.20)", .trueAsWritten,
      #"$\partial_tp_t+\nabla\cdot(v_tp_t)=0$, $p_{t=0}=p_0$, $p_{t=1}=p_*$ "equivalent"."#),
    Claim("R.pt", "Report, before (2.21)", .trueAsWritten, #"$p_t(x)=\int\delta(x-I_t)p_0p_1$."#),
    Claim(
      "R.2.21", "Report (2.21)", .trueAsWritten,
      #"""
      $\partial_tp_t=-\int\partial_tI_t\cdot\nabla_x\delta(x-I_t)p_0p_1=-\nabla\cdot j_t$, \#
      $v_t=j_t/p_t$.
      """#),
    Claim(
      "R.vobj", "Report, display before (2.22)", .falseAsWritten,
      #"""
      $v_t=\arg\min E_{t}|v_t(I_t)-\partial_tI_t|^2=\arg\min(|v|^2-2\partial_tI\cdot v)+$constant; \#
      "$I_t$ satisfying (2.20)".
      """#),
    Claim(
      "R.process", "Report, 2.3", .falseAsWritten,
      #"$x_t:=I_t(x_0,x_1)$ and $\dot x_t=v_t(x_t)$ share the name $x_t$."#),
    Claim(
      "R.2.22", "Report (2.22)", .falseAsWritten,
      #"$v_t^*=\arg\min_\theta(|v^{(\theta)}(I_t)|^2-2\partial_tI_t\cdot v^{(\theta)}(I_t))$."#),
    Claim(
      "R.w2remark", "Report, end of 2.3", .falseAsWritten,
      #"The objective (2.22) is lower bounded by the $W_2$ distance between $p_*$ and $\hat p_*$."#),
    Claim(
      "R.metrics", "Report, Section 3", .trueAsWritten,
      #"$\hat\mu$, $\hat\Sigma$ ($1/(N_s-1)$), Euclidean and Frobenius errors."#),
    Claim(
      "R.w2eps", "Report, Section 3", .falseAsWritten,
      #"""
      $W_{2,\varepsilon}=\min_\pi\int|x-y|^2d\pi+\varepsilon\int\log\frac{d\pi}{d\alpha d\beta}d\pi$, \#
      called the entropy-regularised 2-Wasserstein distance.
      """#),
    Claim(
      "R.sinkhorn", "Report, Sections 3-4", .qualitative,
      #"Computed with Sinkhorn's algorithm, $\varepsilon=0.001$, $N_s=10^4$."#),
    Claim(
      "R.mix2d", "Report, Section 4", .trueAsWritten,
      #"2-D target $\frac14\sum N(\mu_i,I)$, $\mu_i=\pm e_1,\pm e_2$."#),
    Claim(
      "R.sde", "Report, Section 4", .trueAsWritten,
      #"$dx=\sigma_{\min}r^t\sqrt{2\log r}\,dw$, $r=\sigma_{\max}/\sigma_{\min}$."#),
    Claim("R.kernel", "Report, Section 4", .falseAsWritten, #"$p(x_t|x_0)=N(x_0,\sigma_{\min}^2r^{2t}I)$."#),
    Claim(
      "R.base", "Report, Section 4", .falseAsWritten,
      #"Base density $N(0,I)$ for both methods, passed through the trained models."#),
    Claim("R.interp", "Report, Section 4", .falseAsWritten, #"$I_t=(1-t)x_0+x_1$, "easily checked"."#),
    Claim(
      "R.obs1", "Report, Section 4, first observation", .qualitative,
      #"SIs uniformly better; suspected because SIs admit a closed-form solution."#),
    Claim(
      "R.obs2", "Report, Section 4, second observation", .qualitative,
      #"Propagating the base samples "for a longer time" does not help SDE-SBGM."#),
    Claim(
      "R.obs3", "Report, Section 4, third observation", .qualitative,
      #"Small $W_{2,\varepsilon}$ "verifies the 2-Wasserstein lower bound"."#),
    Claim("R.mix10d", "Report, Section 4", .trueAsWritten, #"10-D target $\frac14\sum_{i\le4}N(e_i,I)$."#),
    Claim(
      "R.conclusion", "Report, Section 5", .qualitative,
      #"SIs admit a closed-form solution for Gaussian mixtures; SIs likely work better in low dimension."#),
  ]
}
