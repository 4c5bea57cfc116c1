import Testing

@testable import Identities

@Suite("Interval")
struct IntervalTests {
  @Test func exactResultsStayExact() {
    #expect(Interval(1) + Interval(2) == Interval(3))
    #expect(Interval(3) * Interval(-5) == Interval(-15))
    #expect(Interval(3) / Interval(-4) == Interval(-0.75))
    #expect(Interval(-1...2).squared == Interval(0...4))
    #expect(Interval(-1...2).power(3) == Interval(-1...8))
    #expect(Interval.sqrt(9) == 3)
    #expect((Interval(-1...2) * Interval(0)) == 0)
    #expect((Interval(0) * Interval(-1...2)) == 0)
    #expect((1 / 10 as Interval).width == 0.1.ulp)
    #expect(Interval.exp(0) == 1 && Interval.log(1) == 0 && Interval.sin(0) == 0 && Interval.cos(0) == 1)
  }
}
