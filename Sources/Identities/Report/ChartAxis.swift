import Foundation
import Verification

/// An axis of a chart: the range it shows and where its ticks are.
struct ChartAxis {
  let label: String
  let isLogarithmic: Bool
  let low: Double
  let high: Double
  let ticks: [(value: Double, label: String)]

  /// An axis that shows all of the values that can be shown: the finite ones, on a logarithmic axis the positive.
  init(_ axis: Figure.Axis, showing values: [Double]) {
    label = axis.label
    isLogarithmic = axis.isLogarithmic
    let shown = values.filter { Self.canShow($0, isLogarithmic: axis.isLogarithmic) }
    let range = (shown.min() ?? (isLogarithmic ? 0.1 : 0), shown.max() ?? (isLogarithmic ? 10 : 1))
    (low, high, ticks) = isLogarithmic ? Self.decades(range) : Self.steps(range)
  }

  /// Whether the axis has a place for a value.
  func canShow(_ value: Double) -> Bool { Self.canShow(value, isLogarithmic: isLogarithmic) }

  /// How far along the axis a value is, from 0 to 1.
  func position(_ value: Double) -> Double {
    isLogarithmic
      ? (Foundation.log10(value) - Foundation.log10(low)) / (Foundation.log10(high) - Foundation.log10(low))
      : (value - low) / (high - low)
  }

  private static func canShow(_ value: Double, isLogarithmic: Bool) -> Bool {
    value.isFinite && (!isLogarithmic || value > 0)
  }

  /// Ten to a power, correctly rounded on every platform.
  private static func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? .nan }

  /// About six round numbers around a range.
  private static func steps(_ range: (Double, Double)) -> (Double, Double, [(value: Double, label: String)]) {
    var (low, high) = range
    if high - low <= high.magnitude * 1e-12 {
      let margin = max(high.magnitude / 10, 0.5)
      (low, high) = (low - margin, high + margin)
    }
    let exponent = Int(Foundation.log10((high - low) / 6).rounded(.down))
    let unit = powerOfTen(exponent)
    let factors: [Double] = [1, 2, 5, 10]
    let factor = factors.first { (factor: Double) -> Bool in (high - low) / (factor * unit) <= 7 } ?? 10
    let step = factor * unit
    let (first, last) = (Int((low / step + 1e-9).rounded(.down)), Int((high / step - 1e-9).rounded(.up)))
    let decimals = factor == 10 ? -exponent - 1 : -exponent
    return (
      Double(first) * step, Double(last) * step,
      (first...last).map { i in
        let value = Double(i) * step
        let isPlain = decimals <= 4 && max(low.magnitude, high.magnitude) < 1e5
        let text = isPlain ? String(format: "%.\(max(0, decimals))f", value) : Numerals.short(value)
        return (value, i == 0 ? "0" : text.replacing("-", with: "−"))
      }
    )
  }

  /// Powers of ten around a range; where it spans few of them, their doubles and fivefolds too.
  private static func decades(_ range: (Double, Double)) -> (Double, Double, [(value: Double, label: String)])
  {
    let (first, last) = (
      Int(Foundation.log10(range.0).rounded(.down)), Int(Foundation.log10(range.1).rounded(.up))
    )
    let isWide = last - first > 3
    let isPlain = first >= -3 && last <= 4
    let factors: [Double] = isWide ? [1] : [1, 2, 5]
    var all: [(value: Double, label: String)] = []
    for exponent in first...max(last, first + 1) {
      for factor in factors {
        let value = factor * powerOfTen(exponent)
        let power = (factor == 1 ? "" : "\(Int(factor))·") + "10" + Numerals.superscript(exponent)
        all.append((value, isPlain ? value.formatted(digits: 6) : power))
      }
    }
    let low = all.last { $0.value <= range.0 * (1 + 1e-12) }?.value ?? all[0].value
    let high =
      all.first { $0.value >= range.1 * (1 - 1e-12) && $0.value > low }?.value ?? all[all.count - 1].value
    let stride = isWide ? (last - first + 7) / 8 : 1
    let ticks = all.enumerated().filter { $0.offset.isMultiple(of: stride) }.map(\.element)
    return (low, high, ticks.filter { $0.value >= low && $0.value <= high })
  }
}
