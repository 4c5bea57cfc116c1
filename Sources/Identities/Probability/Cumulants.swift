import Arithmetic

/// Moments and cumulants of laws on the line, over any field.
///
/// A sequence holds the orders from zero; the moment of order zero is one, the cumulant of order zero is zero.
public enum Cumulants {
  /// The cumulants from as many raw moments, `k_n = m_n - sum_j C(n - 1, j - 1) k_j m_(n - j)`.
  public static func ofMoments<F: Field>(_ moments: [F]) -> [F] {
    var cumulants: [F] = [0]
    for n in 1..<max(1, moments.count) {
      var (rest, binomial) = (moments[n], 1)
      for j in 1..<n {
        rest -= F(binomial) * cumulants[j] * moments[n - j]
        binomial = binomial * (n - j) / j
      }
      cumulants.append(rest)
    }
    return cumulants
  }

  /// The raw moments of a sum of independent variables.
  public static func momentsOfSum<F: Field>(_ a: [F], _ b: [F]) -> [F] {
    a.indices.map { n in
      var (sum, binomial): (F, Int) = (0, 1)
      for k in 0...n {
        sum += F(binomial) * a[k] * b[n - k]
        binomial = binomial * (n - k) / (k + 1)
      }
      return sum
    }
  }

  /// The raw moments, up to an order, of a normal variable of mean zero.
  public static func momentsOfNormal<F: Field>(variance: F, upTo order: Int) -> [F] {
    var moments: [F] = [1, 0]
    for n in 2...max(2, order) { moments.append(F(n - 1) * variance * moments[n - 2]) }
    return Array(moments.prefix(order + 1))
  }

  /// The raw moments, up to an order, of a variable that takes finitely many values.
  public static func momentsOfAtoms<F: Field>(_ atoms: [(weight: F, value: F)], upTo order: Int) -> [F] {
    (0...order).map { n in atoms.reduce(0 as F) { $0 + $1.weight * $1.value.power(n) } }
  }

  /// The raw moments, up to an order, of a constant.
  public static func momentsOfConstant<F: Field>(_ value: F, upTo order: Int) -> [F] {
    (0...order).map { value.power($0) }
  }

  /// The raw moments of a multiple of a variable.
  public static func scaled<F: Field>(_ moments: [F], by factor: F) -> [F] {
    moments.enumerated().map { factor.power($0) * $1 }
  }
}
