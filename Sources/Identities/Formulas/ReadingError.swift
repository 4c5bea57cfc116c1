/// Why a text is not read as a formula, and where.
public struct ReadingError: Error, Equatable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// The offset, in characters, of the place that is not understood.
  public let offset: Int
  /// What is wrong there.
  public let reason: String
  /// The readings between which the text does not decide; empty where none fits.
  public let readings: [String]

  init(_ text: String, at offset: Int, _ reason: String, readings: [String] = []) {
    (self.text, self.offset, self.reason, self.readings) = (text, offset, reason, readings)
  }

  /// The text with a caret under the place, the reason, and the readings.
  public var description: String {
    let line = text.map { $0.isNewline ? " " : $0 }
    let caret = String(repeating: " ", count: min(offset, line.count)) + "^"
    let ways = readings.isEmpty ? "" : ": " + readings.map { "`\($0)`" }.joined(separator: " or ")
    return "\(String(line))\n\(caret) \(reason)\(ways)"
  }
}
