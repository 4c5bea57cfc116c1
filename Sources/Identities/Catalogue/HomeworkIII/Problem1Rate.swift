import Arithmetic

/// The terms of the time derivative of `KL(rho || rho^)` for two Fokker-Planck equations, as numbers or variables.
///
/// `s` and `s^` are the gradients of the log-densities; every mean is under `rho`.
struct DivergenceRate<Scalar: Field>: Sendable {
  /// The drifts' term, the mean of `(b - b^) . (s - s^)`.
  let drift: Scalar
  /// The relative Fisher information, the mean of `|s - s^|^2`.
  let fisher: Scalar
  /// The mean of `s^ . (s - s^)`, which the extra term multiplies.
  let modelScore: Scalar
  /// The diffusion coefficient of `rho`.
  let epsilon: Scalar
  /// The diffusion coefficient of `rho^`.
  let modelEpsilon: Scalar

  /// The rate by its terms.
  init(drift: Scalar, fisher: Scalar, modelScore: Scalar, epsilon: Scalar, modelEpsilon: Scalar) {
    (self.drift, self.fisher, self.modelScore) = (drift, fisher, modelScore)
    (self.epsilon, self.modelEpsilon) = (epsilon, modelEpsilon)
  }

  /// The mean of `s . (s - s^)`.
  var trueScore: Scalar { modelScore + fisher }
  /// The term that unequal diffusion adds.
  var extra: Scalar { (modelEpsilon - epsilon) * modelScore }
  /// The time derivative of the divergence.
  var total: Scalar { drift - epsilon * fisher + extra }

  /// The same rate, collected otherwise.
  var restatements: [(says: String, value: Scalar)] {
    [
      (
        #"\int\rho(b-\hat b)\cdot(s-\hat s) - \hat\varepsilon\int\rho|s-\hat s|^2 + (\hat\varepsilon-\varepsilon)\int\rho\,s\cdot(s-\hat s)"#,
        drift - modelEpsilon * fisher + (modelEpsilon - epsilon) * trueScore
      ),
      (
        #"\int\rho(b-\hat b)\cdot(s-\hat s) - \tfrac{\varepsilon+\hat\varepsilon}2\int\rho|s-\hat s|^2 + \tfrac{\hat\varepsilon-\varepsilon}2\int\rho(|s|^2-|\hat s|^2)"#,
        drift - (epsilon + modelEpsilon) / 2 * fisher
          + (modelEpsilon - epsilon) / 2 * (trueScore + modelScore)
      ),
      (
        #"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho\,s\cdot(s-\hat s) + \hat\varepsilon\int\rho\,\hat s\cdot(s-\hat s)"#,
        drift - epsilon * trueScore + modelEpsilon * modelScore
      ),
    ]
  }

  /// Wrong versions, each with its mistake.
  var mistakes: [(says: String, mistake: String, value: Scalar)] {
    [
      (
        #"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#, "extra term dropped",
        drift - epsilon * fisher
      ),
      (
        #"\dots - \varepsilon\int\rho|s-\hat s|^2 + (\varepsilon-\hat\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)"#,
        "sign of the extra term", drift - epsilon * fisher - extra
      ),
      (
        #"\dots - \varepsilon\int\rho|s-\hat s|^2 + (\hat\varepsilon-\varepsilon)\int\rho\,s\cdot(s-\hat s)"#,
        "true score in the extra term", drift - epsilon * fisher + (modelEpsilon - epsilon) * trueScore
      ),
      (
        #"\dots - \hat\varepsilon\int\rho|s-\hat s|^2 + (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)"#,
        "model's diffusion with the model's score", drift - modelEpsilon * fisher + extra
      ),
      (
        #"\int\rho(\hat b-b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2 + \dots"#,
        "sign of the drift error",
        total - 2 * drift
      ),
    ]
  }
}

/// The line that the derivation ends with, in LaTeX.
enum RateText {
  static let says =
    #"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2 + (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)"#
}
