/// Numbers as a reader sees them, the same in every language and on every machine.
package enum Numerals {
  /// Three significant digits, with a power of ten for very large and very small numbers; a dash for none.
  package static func short(_ value: Double?, digits: Int = 3) -> String {
    guard let value, value.isFinite else { return "–" }
    let text = value.formatted(digits: digits)
    guard let e = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: e)...]) else {
      return text
    }
    let mantissa = String(text[..<e])
    return (mantissa == "1" ? "" : mantissa == "-1" ? "-" : mantissa + "·") + "10" + superscript(exponent)
  }

  /// A whole number with thin spaces between groups of three digits; a dash for none.
  static func whole(_ value: Int?) -> String {
    guard let value else { return "–" }
    let digits = Array(String(value.magnitude))
    let groups = digits.enumerated().map { i, digit in
      i > 0 && (digits.count - i).isMultiple(of: 3) ? "\u{202F}\(digit)" : "\(digit)"
    }
    return (value < 0 ? "-" : "") + groups.joined()
  }

  /// A relative size as a percentage, or as a multiple where it is many times the whole.
  static func share(_ value: Double) -> String {
    if value >= 10 { return short(value, digits: 2) + " times the scale" }
    return value >= 1 ? "\(Int((100 * value).rounded()))%" : short(100 * value, digits: 2) + "%"
  }

  /// A whole number in superscript digits.
  static func superscript(_ value: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return (value < 0 ? "⁻" : "")
      + String(String(value.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] })
  }

  /// A number with its noun: `1 check`, `2 checks`.
  package static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(whole(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }
}
