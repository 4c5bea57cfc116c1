import Identities
import Testing

/// The elementary functions against values computed in many digits (Truth/elementary.py).
@Suite struct ElementaryFunctionTests {
  /// The bound each doc comment states, in units in the last place of the true value.
  @Test(arguments: [
    Claim(name: "exp", truth: ElementaryTruthDouble.exp, ulps: 1) { SIMD8<Double>.exp($0) },
    Claim(name: "log", truth: ElementaryTruthDouble.log, ulps: 1) { SIMD8<Double>.log($0) },
    Claim(name: "sin", truth: ElementaryTruthDouble.sin, ulps: 1) { SIMD8<Double>.sin($0) },
    Claim(name: "cos", truth: ElementaryTruthDouble.cos, ulps: 1) { SIMD8<Double>.cos($0) },
  ])
  func doubleWithinBound(_ claim: Claim<SIMD8<Double>>) throws {
    let words = claim.truth.split(whereSeparator: \.isWhitespace).map { UInt64($0, radix: 16) }
    #expect(words.count >= 3 * 150)
    var worst = 0.0
    for i in stride(from: 0, to: words.count, by: 3) {
      let x = Double(bitPattern: try #require(words[i]))
      let high = Double(bitPattern: try #require(words[i + 1]))
      let low = Double(bitPattern: try #require(words[i + 2]))
      let value = claim.function(SIMD8(repeating: x))[0]
      // The difference from `high` is exact: the two are neighbours.
      let error = abs((value - high) - low) / high.ulp
      // Rounding to a subnormal may cost another half unit, on top of the bound for the number scaled.
      let bound = high.isNormal ? claim.ulps : claim.ulps + 0.5
      #expect(error <= bound, "\(claim.name)(\(x)) is off by \(error) ulp")
      worst = max(worst, high.isNormal ? error : 0)
    }
    // A bound that the kernels stay far below would be no statement about them.
    #expect(worst > claim.ulps / 2, "\(claim.name): the worst error is \(worst) ulp")
  }

  @Test(arguments: [
    Claim(name: "exp", truth: ElementaryTruthFloat.exp, ulps: 1) { SIMD16<Float>.exp($0) },
    Claim(name: "log", truth: ElementaryTruthFloat.log, ulps: 1) { SIMD16<Float>.log($0) },
    Claim(name: "sin", truth: ElementaryTruthFloat.sin, ulps: 1) { SIMD16<Float>.sin($0) },
    Claim(name: "cos", truth: ElementaryTruthFloat.cos, ulps: 1) { SIMD16<Float>.cos($0) },
  ])
  func floatWithinBound(_ claim: Claim<SIMD16<Float>>) throws {
    let words = claim.truth.split(whereSeparator: \.isWhitespace).map { UInt64($0, radix: 16) }
    #expect(words.count >= 2 * 150)
    var worst = 0.0
    for i in stride(from: 0, to: words.count, by: 2) {
      let x = Float(bitPattern: UInt32(try #require(words[i])))
      let truth = Double(bitPattern: try #require(words[i + 1]))
      let value = claim.function(SIMD16(repeating: x))[0]
      let error = abs(Double(value) - truth) / Double(Float(truth).ulp)
      let bound = Float(truth).isNormal ? claim.ulps : claim.ulps + 0.5
      #expect(error <= bound, "\(claim.name)(\(x)) is off by \(error) ulp")
      worst = max(worst, Float(truth).isNormal ? error : 0)
    }
    #expect(worst > claim.ulps / 2, "\(claim.name): the worst error is \(worst) ulp")
  }

  /// Every special value, in a lane of its own next to ordinary ones.
  @Test func specialValuesOfDouble() {
    let inf = Double.infinity
    let x = SIMD8<Double>(.nan, inf, -inf, 0, -0.0, -1, 710, -746)
    expectSame(.exp(x), [.nan, inf, 0, 1, 1, 0x1.78b56362cef38p-2, inf, 0])
    let z = SIMD8<Double>(.nan, inf, -inf, 0, -0.0, -1, 1, 4)
    expectSame(.log(z), [.nan, inf, .nan, -inf, -inf, .nan, 0, 1.3862943611198906])
    expectSame(.sqrt(z), [.nan, inf, .nan, 0, -0.0, .nan, 1, 2])
    let y = SIMD8<Double>(.nan, inf, -inf, 0, -0.0, (1e6).nextUp, -(1e6).nextUp, .greatestFiniteMagnitude)
    expectSame(.sin(y), [.nan, .nan, .nan, 0, -0.0, .nan, .nan, .nan])
    expectSame(.cos(y), [.nan, .nan, .nan, 1, 1, .nan, .nan, .nan])
    expectSame(SIMD8.sineAndCosine(y).sine, [.nan, .nan, .nan, 0, -0.0, .nan, .nan, .nan])
    expectSame(SIMD8.sineAndCosine(y).cosine, [.nan, .nan, .nan, 1, 1, .nan, .nan, .nan])
    #expect(Double.exp(-745.13) == .leastNonzeroMagnitude)
    #expect(Double.sin(.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
  }

  @Test func specialValuesOfFloat() {
    let inf = Float.infinity
    let x = SIMD8<Float>(.nan, inf, -inf, 0, -0.0, -1, 89, -105)
    let both = SIMD16(lowHalf: x, highHalf: x)
    expectSame(.exp(both), [.nan, inf, 0, 1, 1, 0x1.78b564p-2, inf, 0])
    let z = SIMD8<Float>(.nan, inf, -inf, 0, -0.0, -1, 1, 4)
    expectSame(.log(SIMD16(lowHalf: z, highHalf: z)), [.nan, inf, .nan, -inf, -inf, .nan, 0, 1.3862944])
    expectSame(.sqrt(SIMD16(lowHalf: z, highHalf: z)), [.nan, inf, .nan, 0, -0.0, .nan, 1, 2])
    let beyond = Float(1e6).nextUp
    let y = SIMD8<Float>(.nan, inf, -inf, 0, -0.0, beyond, -beyond, .greatestFiniteMagnitude)
    expectSame(.sin(SIMD16(lowHalf: y, highHalf: y)), [.nan, .nan, .nan, 0, -0.0, .nan, .nan, .nan])
    expectSame(.cos(SIMD16(lowHalf: y, highHalf: y)), [.nan, .nan, .nan, 1, 1, .nan, .nan, .nan])
  }

  /// Each lane gives what it would give alone, and what the scalar function gives.
  @Test func lanesAreIndependent() {
    let x = SIMD8<Double>(0.3, -2.5, 17, 99.5, -0.001, 1e5, 3e-7, 700)
    for lane in 0..<8 {
      #expect(SIMD8<Double>.exp(x)[lane] == Double.exp(x[lane]))
      #expect(SIMD8<Double>.log(x * x)[lane] == Double.log(x[lane] * x[lane]))
      #expect(SIMD8<Double>.sin(x)[lane] == Double.sin(x[lane]))
      #expect(SIMD8<Double>.cos(x)[lane] == Double.cos(x[lane]))
      #expect(SIMD8<Double>.sqrt(x * x)[lane] == abs(x[lane]))
    }
  }

  /// The digits themselves, as one number: a machine that fuses a product into a sum would print others.
  @Test func digitsAreTheSameEverywhere() {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func absorb(_ x: UInt64) { digest = (digest ^ x) &* 0x100_0000_01b3 }
    for i in 0..<2000 {
      let x = Double(i) * 0x1.93p-5 - 40
      for value in [Double.exp(x), .log(x + 41), .sin(x * 7), .cos(x * 7)] { absorb(value.bitPattern) }
      let y = SIMD16<Float>(repeating: Float(x))
      for value in [SIMD16<Float>.exp(y), .log(y + 41), .sin(y * 7), .cos(y * 7)] {
        absorb(UInt64(value[0].bitPattern))
      }
    }
    #expect(digest == 0xdcae_d939_478a_6177, "the digest is \(String(digest, radix: 16))")
  }

  /// The same number lane by lane, the sign of zero included; NaN matches NaN.
  private func expectSame(
    _ values: SIMD8<Double>, _ wanted: [Double], _ at: SourceLocation = #_sourceLocation
  ) {
    for lane in 0..<8 {
      let (a, b) = (values[lane], wanted[lane])
      #expect(a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN), "lane \(lane)", sourceLocation: at)
    }
  }

  private func expectSame(_ values: SIMD16<Float>, _ wanted: [Float], _ at: SourceLocation = #_sourceLocation)
  {
    for lane in 0..<16 {
      let (a, b) = (values[lane], wanted[lane % 8])
      #expect(a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN), "lane \(lane)", sourceLocation: at)
    }
  }
}

/// A function, its true values and the error bound its documentation states.
struct Claim<Block: SIMD & Sendable>: Sendable, CustomTestStringConvertible {
  let name: String
  let truth: String
  let ulps: Double
  let function: @Sendable (Block) -> Block
  var testDescription: String { "\(name) within \(ulps) ulp" }
}
