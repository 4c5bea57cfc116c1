import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.2.setup.corrected: how wrong the formula is for a dependent latent, and what independence leaves.
  static var errorOfADependentLatent: Identity {
    get throws {
      try Identity(
        "II.2.setup.corrected", "The set-up, with an independent latent and an integrable gradient",
        #"""
        \nabla\log\rho(t,x) + \gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]
        = \frac{\kappa a}{\gamma(\gamma + \kappa a)}\,\mathbb{E}[\nabla V(z)\mid x_t=x]
        """#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$: the case $\kappa = 0$"#,
          #"$\mathbb{E}|\nabla V(z)| < \infty$, that is $r \in W^{1,1}$; for (c) $\mathbb{E}|\nabla V(z)|^2 < \infty$"#,
        ],
        remarks: [
          #"""
          With $x_0 = u_0 + \kappa z$, $z$ independent of $(u_0, x_1)$, and $x_t = a x_0 + b x_1 + \gamma z$, this is the
          error of the formula $\nabla\log\rho = -\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]$: a multiple of $\kappa$.
          """#,
          #"""
          That $V$ be $C^1$ is not the point: for $V = |z|$ the identity holds with $V' = \pm1$. That $r$ be in
          $W^{1,1}$ is: for a uniform latent $\nabla V = 0$ inside, and the score is made of boundary terms.
          """#,
        ]
      ) {
        Derivation {
          Step(#"\nabla\log\rho(t,x) + \gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#)
          Step(
            #"\frac{\kappa a}{\gamma(\gamma + \kappa a)}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
            because: #"$x_t = a u_0 + b x_1 + (\gamma + \kappa a) z$ has an independent latent"#)
          Restatement(
            #"\bigl(\gamma^{-1} - (\gamma + \kappa a)^{-1}\bigr)\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
            because: "the two factors of the latent, side by side")
          Rival("0", "independence assumed silently")
          Rival(
            #"\frac{\kappa a}{\gamma^2}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "first order in the coupling")
        }
        Exact("the formula's error") { symbols, d in coupledNormalNames(symbols, d) }
        try Numerical("the formula's error, latents of other laws", cases: coupledPlaces()) { place in
          coupledNames(place)
        }
        kinkedPotential
        boundaryTerms
        try errorInWeakForm
      }
    }
  }

  private static var kinkedPotential: Numerical<SmoothedPosition> {
    Numerical(
      "a potential with a kink, the absolute value",
      cases: [SmoothedPosition(gamma: 0.75, x: 0.5), SmoothedPosition(gamma: 2, x: -1.25)]
    ) { position in
      let upper = #"\int_0^r e^{-z}p(x-\gamma z)\,dz"#
      let lower = #"\int_0^r e^{-z}p(x+\gamma z)\,dz"#
      Let("x", position.x)
      Let(#"\gamma"#, position.gamma)
      Let("r", 40)
      Let("p(y)", "e^{-y^2/2}")
      Let(#"\rho(x)"#, #"\#(upper) + \#(lower)"#)
      Let(#"\mathbb{E}[V'(z)\mid x]"#, #"\frac{\#(upper) - \#(lower)}{\rho(x)}"#)
      Let(
        #"\mathbb{E}[z\mid x]"#,
        #"\frac{\int_0^r z e^{-z}p(x-\gamma z)\,dz - \int_0^r z e^{-z}p(x+\gamma z)\,dz}{\rho(x)}"#)
      Step(
        #"\nabla\log\rho(x)"#,
        remark: #"$x = I + \gamma z$ with $I\sim N(0,1)$ and $V = |z|$; the integrals are cut at $|z| = 40$"#)
      Step(
        #"-\gamma^{-1}\,\mathbb{E}[V'(z)\mid x]"#, because: #"$r \in W^{1,1}$ is enough, where $V' = \pm1$"#)
      Rival(#"\gamma^{-1}\,\mathbb{E}[V'(z)\mid x]"#, "sign")
      Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient")
    }
  }

  private static var boundaryTerms: Numerical<SmoothedPosition> {
    Numerical(
      "a uniform latent on (-1, 1): boundary terms",
      cases: [SmoothedPosition(gamma: 0.75, x: 0.5), SmoothedPosition(gamma: 2, x: -1.25)]
    ) { position in
      Let("x", position.x)
      Let(#"\gamma"#, position.gamma)
      Let("p(y)", "e^{-y^2/2}")
      Let(#"\rho(x)"#, #"\int_{-1}^1p(x-\gamma z)\,dz"#)
      Step(#"\nabla\log\rho(x)"#, remark: #"$x = I + \gamma z$ with $I\sim N(0,1)$"#)
      Step(
        #"-\gamma^{-1}\frac{p(x-\gamma) - p(x+\gamma)}{\rho(x)}"#,
        because: #"by parts with $V' = 0$ inside; $r$ jumps at $\pm1$ and is not in $W^{1,1}$"#)
      Rival("0", #"boundary terms forgotten: $-\gamma^{-1}\,\mathbb{E}[V'\mid x] = 0$"#)
      Rival(#"\gamma^{-1}\frac{p(x-\gamma) - p(x+\gamma)}{\rho(x)}"#, "sign of the boundary terms")
    }
  }

  private static var errorInWeakForm: Statistical<LatentInterpolant> {
    get throws {
      try Statistical("weak form, latents coupled to the start", cases: coupledProducts()) {
        interpolant, draw in
        coupledSample(interpolant, interpolant.sample(draw))
        Step(#"\nabla\log\rho(t,x)"#)
        Step(
          #"-(\gamma + \kappa a)^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
          because: #"by parts, $z$ being independent of $u_0$ and $x_1$"#)
        Rival(#"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "independence assumed silently")
      }
    }
  }

  /// The position `I + gamma z` on the line with standard normal `I`.
  struct SmoothedPosition: Sendable, CustomStringConvertible {
    let gamma: Double
    let x: Double
    var description: String { "gamma = \(gamma.brief), x = \(x.brief)" }
  }
}

extension HomeworkII.LatentPoint {
  /// The law on the line of the position whose start is `u_0 + z / 2`, at any time.
  func coupledLaw<S: Elementary>(at t: S) -> LatentLaw<S> {
    let law = interpolant.law(at: t)
    return LatentLaw(
      latent: law.latent, A: Matrix([[law.A[0, 0] + (1 - t) / 2]]), weights: law.weights, path: law.path,
      displacement: law.displacement)
  }
}
