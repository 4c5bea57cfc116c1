import Verification

extension Course {
  /// The syllabus: its equations, its generators, and what it says a generative model is.
  static var generators: Problem {
    get throws {
      try Problem(
        "S", "Generators of Markov processes",
        setting: #"""
          $\mathcal{L}_t$ is the generator of a Markov process and $\mathcal{L}_t^*$ its adjoint; $P_{s,t}(y,x)$ is the
          probability (density) of going from $x$ at time $s$ to $y$ at time $t$, and for jumps $Q_t(y,x)$ is the rate from
          $x$ to $y$. A `Generator` is a flow, a diffusion or a jump process; what is built upon it does not ask which.
          """#
      ) {
        continuityEquation  // S.continuity
        try forwardEquation  // S.forward
        try timeReversal  // S.reverse
        errorControl  // S.error
        try generatorDefinition  // S.generator
        flowGenerator  // S.ode
        diffusionGenerator  // S.diffusion
        try jumpGenerator  // S.ctmc
        prescribedMarginals  // S.marginals
      }
    }
  }
}
