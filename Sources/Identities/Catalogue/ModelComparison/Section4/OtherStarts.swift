import Arithmetic
import Transport
import Verification

/// What other ways of generation make of a start: the probability flow, and the variance preserving diffusion.
extension ModelComparison {
  /// R.base: the covariance along the probability flow of normal data, with the variance that noise has added as clock.
  static var probabilityFlowOfNormalData: Exact {
    Exact("the probability flow, normal data") { symbols, d in
      let (S, v, V, c) = (
        symbols.covariance(d, "S"), symbols.scalar("v"), symbols.scalar("V"), symbols.scalar("c")
      )
      let one = Matrix<Symbol>.identity(d)
      let pull = (S + v * one).inverse
      let start = c * (S + V * one).inverse
      let covariance = start * (S + v * one)
      Step(#"\partial_vP, \quad P(v) = c\,(S+V)^{-1}(S+v), \; P(V) = cI"#) {
        let moving = Dual(variable: v)
        return (start.constant * (S.constant + moving * .identity(d))).map(\.derivative)
      }
      Step(
        #"\tfrac12\bigl((S+v)^{-1}P + P(S+v)^{-1}\bigr)"#,
        because:
          #"$\frac{dx}{dv} = -\frac12s = \frac12(S+v)^{-1}x$: it leaves $P(0) = c\,S(S+V)^{-1}$ of the start $cI$"#
      ) { 1 / 2 * (pull * covariance + covariance * pull) }
      Restatement(#"P(S+v)^{-1}"#, because: "all of them commute") { covariance * pull }
      Rival(#"(S+v)^{-1}P + P(S+v)^{-1}"#, "all of the score, without noise") {
        pull * covariance + covariance * pull
      }
      Rival(#"(S+v)^{-1}P + P(S+v)^{-1} - I"#, "the reversed diffusion, which forgets its start") {
        pull * covariance + covariance * pull - one
      }
      Rival(#"-\tfrac12\bigl((S+v)^{-1}P + P(S+v)^{-1}\bigr)"#, "sign of the score") {
        -(1 / 2) * (pull * covariance + covariance * pull)
      }
    }
  }

  /// R.base: the number that the flow leaves of the report's base, and of one that is nearly right.
  static var whatTheFlowLeaves: Numerical<Double> {
    get throws {
      let diffusion = try explodingDiffusion
      return Numerical("what the flow leaves of N(0, c), data N(0, 3/2)", cases: [1, 100]) {
        (start: Double) in
        let (S, c) = (3 / (2 as Interval), Interval(start))
        let V: Interval = diffusion.kernel(to: 1).variance
        Step(#"\operatorname{Var}x_0 = c\,e^{-\int_0^1g^2/(S + V_t)\,dt}"#) {
          let rate = Quadrature.interval(0...1) { t in
            diffusion.squaredNoise(at: t) / (1.5 + diffusion.kernel(to: t).variance)
          }
          return c * Interval.exp(-Interval(rate))
        }
        Step(#"\frac{S}{S + V}\,c, \quad S = \tfrac32, \; V = 99.9999"#, because: "$P(0)$ of the exact check")
        {
          S / (S + V) * c
        }
        Restatement(#"\frac{c}{1 + V/S}"#) { c / (1 + V / S) }
        Rival(#"\tfrac32"#, "any start taken to be forgotten") { S }
        Rival(#"\frac{SV}{S+V} + \frac{S^2}{(S+V)^2}c"#, "the reversed diffusion's") {
          let share = S / (S + V)
          return S * V / (S + V) + share.squared * c
        }
      }
    }
  }

  /// R.base: the diffusion for which the report's base is right, nearly.
  static var preservingDiffusionOfNormalData: Exact {
    Exact("the variance preserving diffusion, normal data") { symbols, d in
      let (S, a) = (symbols.covariance(d, "S"), symbols.scalar("a"))
      let one = Matrix<Symbol>.identity(d)
      let last = one + a.squared * (S - one)
      let gain = a * S * last.inverse
      Step(#"\operatorname{Cov}x_0, \quad x_1 \sim N(0, I), \; \mathbb{E}[x_1\mid x_0] = ax_0"#) {
        S - a * gain * S + gain * gain.transpose
      }
      Step(
        #"S - a^4\,SP^{-1}(S - I)P^{-1}S, \quad P = I + a^2(S - I)"#,
        because: "$P$ is the law that it has at its end, and $I$ is off by $a^2(S-I)$"
      ) { S - a.power(4) * S * last.inverse * (S - one) * last.inverse * S }
      Restatement(#"S - a^2\,G(S-I)G^\top, \quad G = aSP^{-1}"#) {
        S - a.squared * (gain * (S - one) * gain.transpose)
      }
      Rival("S", "as if it were exact") { S }
      Rival(#"S - a^2\,SP^{-1}(S - I)P^{-1}S"#, "two powers lost") {
        S - a.squared * S * last.inverse * (S - one) * last.inverse * S
      }
    }
  }

  /// R.base: how nearly, for rates in use.
  static var preservingDiffusionOfTheReport: Numerical<Double> {
    get throws {
      let diffusion = try VariancePreserving()
      return Numerical("the variance preserving diffusion, rates from 0.1 to 20", cases: [1.5]) {
        (data: Double) in
        let S = Interval(data)
        let signal: Interval = diffusion.kernel(to: 1).signal
        let last = 1 + signal.squared * (S - 1)
        Step(#"S - \operatorname{Var}x_0 = a^4\,\frac{S^2(S-1)}{P^2}, \quad S = \tfrac32"#) {
          signal.power(4) * (S / last).squared * (S - 1)
        }
        Step(#"10^{-8}"#, because: #"$a^2 = e^{-\int b} = e^{-10.05}$"#, relation: .atMost) {
          1 / (100_000_000 as Interval)
        }
        Restatement(#"\tfrac98e^{-20.1}"#, because: "$P > 1$") {
          let fourthPower = Interval.exp(-201 / (10 as Interval))
          return 9 / (8 as Interval) * fourthPower
        }
        Rival(#"10^{-9}"#, "too little") { 1 / (1_000_000_000 as Interval) }
      }
    }
  }
}
