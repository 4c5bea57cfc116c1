import Verification

/// A line chart as an SVG picture: two axes, curves or marks, and a legend below them.
///
/// Curves differ in colour, in dash and in the shape of their marks, so that the picture also reads in grey and
/// without colour vision. A point that has no place on an axis, being infinite, not a number or, on a
/// logarithmic axis, not positive, interrupts its curve.
package struct Chart {
  private let series: [Figure.Series]
  private let x: ChartAxis
  private let y: ChartAxis

  /// The chart of a figure whose series have been computed.
  package init(_ figure: Figure, _ series: [Figure.Series]) {
    self.series = series
    let points = series.flatMap(\.points)
    x = ChartAxis(figure.x, showing: points.map(\.x))
    y = ChartAxis(
      figure.y, showing: points.map(\.y) + series.flatMap { Self.ends($0).flatMap { [$0.low, $0.high] } })
  }

  private static let (width, left, right) = (720.0, 84.0, 700.0)
  private static let (top, bottom) = (18.0, 338.0)
  private static let legendTop = 402.0
  private static let legendRow = 22.0

  /// The picture; `mark` is a comment that stands at its beginning.
  package func svg(marked mark: String) -> String {
    let legend = legend()
    let height = SVG.number(Self.legendTop + Double(legend.rows) * Self.legendRow - 8)
    let width = SVG.number(Self.width)
    let title = SVG.escaped("\(y.label) against \(x.label)")
    let lines =
      [
        mark,
        #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
          + #"viewBox="0 0 \#(width) \#(height)" role="img" font-family="sans-serif" font-size="13">"#,
        "<title>\(title)</title>",
        SVG.element("rect", ["width": "100%", "height": "100%", "fill": "#ffffff"]),
      ] + grid() + series.indices.flatMap(bars) + series.indices.flatMap(curve) + legend.lines + [
        "</svg>", "",
      ]
    return lines.joined(separator: "\n")
  }

  private func across(_ value: Double) -> Double { Self.left + x.position(value) * (Self.right - Self.left) }

  private func down(_ value: Double) -> Double { Self.bottom - y.position(value) * (Self.bottom - Self.top) }

  /// The stretches of a series between the points that have no place, as points of the picture.
  private func stretches(_ points: [(x: Double, y: Double)]) -> [[(x: Double, y: Double)]] {
    points.split { !x.canShow($0.x) || !y.canShow($0.y) }.map { stretch in
      stretch.map { (across($0.x), down($0.y)) }
    }
  }

  private func grid() -> [String] {
    let vertical = x.ticks.flatMap { tick in
      let at = across(tick.value)
      return [
        SVG.path("M\(SVG.point(at, Self.top))V\(SVG.number(Self.bottom))", stroke: "#e4e4e4"),
        SVG.text(tick.label, x: at, y: Self.bottom + 19, anchor: "middle"),
      ]
    }
    let horizontal = y.ticks.flatMap { tick in
      let at = down(tick.value)
      return [
        SVG.path("M\(SVG.point(Self.left, at))H\(SVG.number(Self.right))", stroke: "#e4e4e4"),
        SVG.text(tick.label, x: Self.left - 8, y: at + 4.5, anchor: "end"),
      ]
    }
    let corner = "M\(SVG.point(Self.left, Self.top))V\(SVG.number(Self.bottom))H\(SVG.number(Self.right))"
    let upright = "translate(16 \(SVG.number((Self.top + Self.bottom) / 2))) rotate(-90)"
    return vertical + horizontal + [
      SVG.path(corner, stroke: "#444444"),
      SVG.text(x.label, x: (Self.left + Self.right) / 2, y: Self.bottom + 43, anchor: "middle"),
      SVG.element("text", ["transform": upright, "text-anchor": "middle"], y.label),
    ]
  }

  /// The ends of a series' error bars.
  private static func ends(_ series: Figure.Series) -> [(x: Double, low: Double, high: Double)] {
    zip(series.points, series.errors).filter { $0.1 > 0 }.map { point, error in
      (point.x, point.y - error, point.y + error)
    }
  }

  /// The error bars of a series; one that reaches below what the axis shows ends at the bottom.
  private func bars(_ i: Int) -> [String] {
    Self.ends(series[i]).filter { x.canShow($0.x) && y.canShow($0.high) }.map { bar in
      let (at, top) = (across(bar.x), down(bar.high))
      let bottom = y.canShow(bar.low) ? min(down(bar.low), Self.bottom) : Self.bottom
      let caps = [top, bottom].map { "M\(SVG.point(at - 3, $0))h6" }.joined()
      return ChartStyle(i).bar("M\(SVG.point(at, top))V\(SVG.number(bottom))" + caps)
    }
  }

  private func curve(_ i: Int) -> [String] {
    let style = ChartStyle(i)
    let stretches = stretches(series[i].points)
    let places = stretches.flatMap { $0 }
    guard series[i].isJoined else { return places.map { style.marker($0.x, $0.y) } }
    let path = stretches.filter { $0.count > 1 }.map { stretch in
      "M" + stretch.map { SVG.point($0.x, $0.y) }.joined(separator: "L")
    }.joined()
    let lone = stretches.filter { $0.count == 1 }.map { $0[0] }
    return (path.isEmpty ? [] : [style.line(path)])
      + (marked(places, of: i) + lone).map { style.marker($0.x, $0.y) }
  }

  /// The points of a curve that have a mark: all of a few, and some of many, apart from those of other curves.
  private func marked(_ places: [(x: Double, y: Double)], of i: Int) -> [(x: Double, y: Double)] {
    if places.count <= 24 { return places }
    if series.count == 1 { return [] }
    let stride = places.count / 7
    let first = stride * (2 * i + 1) / (2 * series.count)
    return Swift.stride(from: first, to: places.count, by: stride).map { places[$0] }
  }

  /// The names of the series, in as many rows as they need.
  private func legend() -> (lines: [String], rows: Int) {
    var lines: [String] = []
    var (across, row) = (Self.left, 0)
    for (i, one) in series.enumerated() where !one.label.isEmpty {
      let width = 44 + 6.9 * Double(one.label.count) + 24
      if across > Self.left, across + width > Self.right + 24 { (across, row) = (Self.left, row + 1) }
      let middle = Self.legendTop + Double(row) * Self.legendRow
      let style = ChartStyle(i)
      if one.isJoined { lines.append(style.line("M\(SVG.point(across, middle))H\(SVG.number(across + 36))")) }
      if !one.isJoined || !marked(one.points, of: i).isEmpty {
        lines.append(style.marker(across + 18, middle))
      }
      lines.append(SVG.text(one.label, x: across + 44, y: middle + 4.5))
      across += width
    }
    return (lines, lines.isEmpty ? 0 : row + 1)
  }
}

/// How one series of a chart is drawn.
struct ChartStyle {
  private let colour: String
  private let dash: String
  private let shape: Int

  /// The style of the series of a number, from zero; the colours are those of Okabe and Ito but for yellow.
  init(_ number: Int) {
    let colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
    let dashes = ["", "8 4", "2 3", "10 3 2 3", "14 5", "5 2 1 2 1 2", "1 4"]
    colour = colours[number % colours.count]
    dash = dashes[number % dashes.count]
    shape = number % 7
  }

  /// A curve along a path.
  func line(_ path: String) -> String { SVG.path(path, stroke: colour, width: 2, dash: dash) }

  /// An error bar along a path.
  func bar(_ path: String) -> String { SVG.path(path, stroke: colour) }

  /// A mark around a point.
  func marker(_ x: Double, _ y: Double) -> String {
    let outlines = [
      "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-4 -4h8v8h-8z", "m0 -5l5 9h-10z",
      "m0 -5.5l5 5.5l-5 5.5l-5 -5.5z",
      "m-4 -4l8 8m0 -8l-8 8", "m-5 0h10m-5 -5v10", "m0 5l5 -9h-10z",
    ]
    let path = "M" + SVG.point(x, y) + outlines[shape]
    let isOpen = shape == 4 || shape == 5
    return isOpen ? SVG.path(path, stroke: colour, width: 2) : SVG.path(path, stroke: "#ffffff", fill: colour)
  }
}
