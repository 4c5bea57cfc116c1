import Foundation

/// The elements of an SVG picture, as text.
enum SVG {
  /// An element with its attributes in order and, where there is any, the text inside it.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String>, _ text: String? = nil
  ) -> String {
    let opening = "<" + name + attributes.map { #" \#($0.key)="\#(escaped($0.value))""# }.joined()
    return text.map { opening + ">" + escaped($0) + "</\(name)>" } ?? opening + "/>"
  }

  /// Text at a place; `anchor` is `start`, `middle` or `end`.
  static func text(_ text: String, x: Double, y: Double, anchor: String = "start") -> String {
    element("text", ["x": number(x), "y": number(y), "text-anchor": anchor], text)
  }

  /// A path, without a fill unless it is given one.
  static func path(_ d: String, stroke: String, width: Double = 1, dash: String = "", fill: String = "none")
    -> String
  {
    let element = dash.isEmpty ? [] : [("stroke-dasharray", dash)]
    let attributes =
      [("d", d), ("fill", fill), ("stroke", stroke), ("stroke-width", number(width))] + element
    return "<path" + attributes.map { #" \#($0.0)="\#($0.1)""# }.joined() + "/>"
  }

  /// A point of a path.
  static func point(_ x: Double, _ y: Double) -> String { number(x) + " " + number(y) }

  /// A length to a tenth of a pixel.
  static func number(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Text in which nothing is markup.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
