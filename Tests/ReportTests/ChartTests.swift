import Foundation
import Testing

@testable import Report
@testable import Verification

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Chart")
struct ChartTests {
  private func svg(
    logarithmic: Bool = false, isJoined: Bool = true, _ points: [(x: Double, y: Double)],
    label: String = "one"
  ) -> String {
    let figure = Figure(
      "name", caption: "", x: .init("x < 1 & \"y\""), y: .init("y", isLogarithmic: logarithmic)
    ) { [] }
    return Chart(figure, [.init(label, isJoined: isJoined, points: points)]).svg(marked: Report.mark)
  }

  /// The starts of stretches in the curve, which is the only wide path apart from the legend's sample.
  private func stretches(_ svg: String) -> Int {
    let curves = svg.split(separator: "\n").filter { $0.contains(#"stroke-width="2""#) }
    return curves.first.map { $0.count { $0 == "M" } } ?? 0
  }

  @Test func pointsWithoutAPlaceAreGaps() {
    let xs = (0..<60).map(Double.init)
    #expect(stretches(svg(xs.map { ($0, $0) })) == 1)
    #expect(stretches(svg(xs.map { ($0, $0 == 30 ? .nan : $0) })) == 2)
    #expect(stretches(svg(xs.map { ($0, $0 == 30 || $0 == 40 ? .infinity : $0) })) == 3)
    #expect(stretches(svg(logarithmic: true, xs.map { ($0, $0 == 30 ? -1 : $0 + 1) })) == 2)
    for text in [svg(xs.map { ($0, $0 == 30 ? .nan : $0) }), svg([(.nan, 1)]), svg([])] {
      #expect(!text.contains("nan") && !text.contains("inf"))
    }
  }

  @Test func aLonePointHasAMark() {
    let text = svg([(0, 0), (1, .nan), (2, 2), (3, .nan), (4, 4), (5, 5)])
    #expect(stretches(text) == 1)
    #expect(text.components(separatedBy: "a4 4").count > 4)
  }

  @Test func picturesAreWellFormed() {
    let pictures = [
      svg([(0, 0), (1, 1)], label: "a < b & \"c\""), svg([]), svg([(1, 1)]),
      svg([(1e-9, 1e12), (2e-9, -1e12)]),
      svg(logarithmic: true, [(0, 1e-12), (1, 1e5)]), svg(logarithmic: true, [(0, 2), (1, 3)]),
      svg(logarithmic: true, [(0, 1), (1, 1)]),
    ]
    for picture in pictures {
      let parser = XMLParser(data: Data(picture.utf8))
      #expect(parser.parse(), "\(String(describing: parser.parserError)) in \(picture)")
      #expect(!picture.contains("<script"))
    }
  }

  @Test func ticksAreRoundNumbers() {
    let linear = ChartAxis(.init("x"), showing: [0.03, 0.97])
    #expect(linear.ticks.map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    let decades = ChartAxis(.init("x", isLogarithmic: true), showing: [3e-9, 0.5])
    #expect(decades.ticks.map(\.label).first == "10⁻⁹")
    #expect(decades.low == 1e-9 && decades.high == 1)
    let few = ChartAxis(.init("x", isLogarithmic: true), showing: [0.3, 4])
    #expect(few.ticks.map(\.label) == ["0.2", "0.5", "1", "2", "5"])
  }
}
