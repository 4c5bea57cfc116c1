import Verification

extension HomeworkIII {
  /// The line that the derivation of the rate ends with, the same collected otherwise, and wrong versions of it.
  ///
  /// `integral` and `measure` are what an integral begins and ends with: over space, or over time as well.
  @Lines<Scalar>
  static func collectedRate<Scalar: LineScalar>(
    _ integral: String = #"\int"#, _ measure: String = #"\,dx"#, because reason: String
  ) -> [Line<Scalar>] {
    let drift = #"\#(integral)\rho\,(b-\hat b)\cdot(s-\hat s)\#(measure)"#
    let fisher = #"\#(integral)\rho\,|s-\hat s|^2\#(measure)"#
    let modelScore = #"\#(integral)\rho\,\hat s\cdot(s-\hat s)\#(measure)"#
    let trueScore = #"\#(integral)\rho\,s\cdot(s-\hat s)\#(measure)"#
    Step(
      #"\#(drift) - \varepsilon\#(fisher) + (\hat\varepsilon-\varepsilon)\#(modelScore)"#, because: reason)
    Restatement(#"\#(drift) - \hat\varepsilon\#(fisher) + (\hat\varepsilon-\varepsilon)\#(trueScore)"#)
    Restatement(
      #"\#(drift) - \tfrac{\varepsilon+\hat\varepsilon}2\#(fisher) + \tfrac{\hat\varepsilon-\varepsilon}2\#(integral)\rho\,(|s|^2-|\hat s|^2)\#(measure)"#
    )
    Restatement(#"\#(drift) - \varepsilon\#(trueScore) + \hat\varepsilon\#(modelScore)"#)
    Rival(#"\#(drift) - \varepsilon\#(fisher)"#, "extra term dropped")
    Rival(
      #"\#(drift) - \varepsilon\#(fisher) + (\varepsilon-\hat\varepsilon)\#(modelScore)"#,
      "sign of the extra term")
    Rival(
      #"\#(drift) - \varepsilon\#(fisher) + (\hat\varepsilon-\varepsilon)\#(trueScore)"#,
      "true score in the extra term")
    Rival(
      #"\#(drift) - \hat\varepsilon\#(fisher) + (\hat\varepsilon-\varepsilon)\#(modelScore)"#,
      "model's diffusion with the model's score")
    Rival(
      #"-\#(drift) - \varepsilon\#(fisher) + (\hat\varepsilon-\varepsilon)\#(modelScore)"#,
      "sign of the drift error")
  }
}
