/// A number with its derivatives in several directions at once.
///
/// A polynomial in generators whose squares are zero, `value + sum_S slope_S e_S` over sets `S` of generators: the
/// coefficient of `e_1 e_2` is a mixed second derivative. `Dual` is the case of one generator; a jet has as many as
/// the operators of a formula ask for, and is one type for all of them.
public struct Jet<Base: Field>: Field {
  /// The number itself.
  public var value: Base
  /// The coefficients of sets of generators, each a word of bits, in rising order; those left out are zero.
  @usableFromInline var slopes: [Slope]

  @usableFromInline struct Slope: Sendable {
    @usableFromInline let generators: UInt16
    @usableFromInline var value: Base

    @inlinable init(_ generators: UInt16, _ value: Base) {
      (self.generators, self.value) = (generators, value)
    }
  }

  @inlinable init(_ value: Base, slopes: [Slope]) { (self.value, self.slopes) = (value, slopes) }

  /// A constant.
  @inlinable public init(constant value: Base) { self.init(value, slopes: []) }

  /// The number `value` that moves at the rate `slope` in the direction of a generator, numbered from zero.
  @inlinable public init(_ value: Base, slope: Base, generator: Int) {
    self.init(value, slopes: [Slope(1 << UInt16(generator), slope)])
  }

  /// The number and its first derivative as a jet in one generator.
  @inlinable public init(_ dual: Dual<Base>, generator: Int = 0) {
    self.init(dual.value, slope: dual.derivative, generator: generator)
  }

  /// The image of a number in the field.
  @_disfavoredOverload @inlinable public init(_ integer: Int) { self.init(constant: Base(integer)) }

  /// Whether the number does not move.
  @inlinable public var isStill: Bool { slopes.isEmpty }

  /// The coefficients of all sets of generators, the number itself first.
  public var parts: [Base] { [value] + slopes.map(\.value) }

  /// The jet with its coefficients replaced, as many as it has parts.
  public func with(parts: [Base]) -> Jet {
    precondition(parts.count == slopes.count + 1, "\(parts.count) parts for \(slopes.count + 1)")
    return Jet(parts[0], slopes: zip(slopes, parts.dropFirst()).map { Slope($0.generators, $1) })
  }

  /// How many generators the numbers of jets may have.
  public static var mostGenerators: Int { 12 }

  /// The coefficient of a set of generators, a jet in the others.
  public func coefficient(of generators: [Int]) -> Jet {
    let set = generators.reduce(0 as UInt16) { $0 | 1 << UInt16($1) }
    if set == 0 { return self }
    var rest = slopes.compactMap { $0.generators & set == set ? Slope($0.generators & ~set, $0.value) : nil }
    guard let first = rest.first else { return 0 }
    if first.generators == 0 {
      rest.removeFirst()
      return Jet(first.value, slopes: rest)
    }
    return Jet(0, slopes: rest)
  }

  /// The number moved by one in the direction of a generator.
  public func moved(along generators: [Int]) -> Jet {
    self + Jet(0, slopes: generators.sorted().map { Slope(1 << UInt16($0), 1) })
  }

  /// The highest generator, with the part that does not have it and the coefficient of it; nil for a constant.
  @inlinable func split() -> (without: Jet, slope: Jet, generator: UInt16)? {
    let all = slopes.reduce(0 as UInt16) { $0 | $1.generators }
    guard all != 0 else { return nil }
    let top = 1 << UInt16(15 - all.leadingZeroBitCount)
    var (without, with) = (Jet(constant: value), Jet(constant: 0))
    for slope in slopes {
      if slope.generators & UInt16(top) == 0 {
        without.slopes.append(slope)
      } else if slope.generators == UInt16(top) {
        with.value = slope.value
      } else {
        with.slopes.append(Slope(slope.generators & ~UInt16(top), slope.value))
      }
    }
    return (without, with, UInt16(top))
  }

  /// The jet `without + slope e` for a generator that neither has.
  @inlinable static func join(_ without: Jet, _ slope: Jet, _ generator: UInt16) -> Jet {
    var result = without
    result.slopes.append(Slope(generator, slope.value))
    for part in slope.slopes { result.slopes.append(Slope(part.generators | generator, part.value)) }
    return result
  }

  @inlinable static func combine(
    _ a: Jet, _ b: Jet, _ value: Base, both: (Base, Base) -> Base, right: (Base) -> Base
  ) -> Jet {
    if a.slopes.isEmpty, b.slopes.isEmpty { return Jet(value, slopes: []) }
    var slopes: [Slope] = []
    slopes.reserveCapacity(a.slopes.count + b.slopes.count)
    var (i, j) = (0, 0)
    while i < a.slopes.count || j < b.slopes.count {
      if j == b.slopes.count || i < a.slopes.count && a.slopes[i].generators < b.slopes[j].generators {
        slopes.append(a.slopes[i])
        i += 1
      } else if i == a.slopes.count || b.slopes[j].generators < a.slopes[i].generators {
        slopes.append(Slope(b.slopes[j].generators, right(b.slopes[j].value)))
        j += 1
      } else {
        slopes.append(Slope(a.slopes[i].generators, both(a.slopes[i].value, b.slopes[j].value)))
        (i, j) = (i + 1, j + 1)
      }
    }
    return Jet(value, slopes: slopes)
  }

  /// The sum.
  @inlinable public static func + (a: Jet, b: Jet) -> Jet {
    combine(a, b, a.value + b.value, both: +, right: { $0 })
  }
  /// The difference.
  @inlinable public static func - (a: Jet, b: Jet) -> Jet {
    combine(a, b, a.value - b.value, both: -, right: { -$0 })
  }
  /// The negative.
  @inlinable public static prefix func - (a: Jet) -> Jet {
    Jet(-a.value, slopes: a.slopes.map { Slope($0.generators, -$0.value) })
  }

  /// The product.
  @inlinable public static func * (a: Jet, b: Jet) -> Jet {
    if a.slopes.isEmpty {
      return Jet(a.value * b.value, slopes: b.slopes.map { Slope($0.generators, a.value * $0.value) })
    }
    if b.slopes.isEmpty {
      return Jet(a.value * b.value, slopes: a.slopes.map { Slope($0.generators, $0.value * b.value) })
    }
    if a.slopes.count == 1, b.slopes.count == 1, a.slopes[0].generators == b.slopes[0].generators {
      var slope = a.slopes[0].value * b.value
      slope.add(a.value, times: b.slopes[0].value)
      return Jet(a.value * b.value, slopes: [Slope(a.slopes[0].generators, slope)])
    }
    var sums = Jet(constant: 0)
    for slope in a.slopes {
      let shifted =
        [Slope(slope.generators, slope.value * b.value)]
        + b.slopes.compactMap { other in
          slope.generators & other.generators == 0
            ? Slope(slope.generators | other.generators, slope.value * other.value) : nil
        }
      sums = sums + Jet(0, slopes: shifted.sorted { $0.generators < $1.generators })
    }
    sums = sums + Jet(0, slopes: b.slopes.map { Slope($0.generators, a.value * $0.value) })
    return Jet(a.value * b.value, slopes: sums.slopes)
  }

  /// The quotient.
  @inlinable public static func / (a: Jet, b: Jet) -> Jet {
    guard let (divisor, motion, generator) = b.split() else {
      return Jet(a.value / b.value, slopes: a.slopes.map { Slope($0.generators, $0.value / b.value) })
    }
    // The generator may stand in the dividend too; it is then one of its highest, or has none above it.
    let (rest, slope) = a.parts(by: generator)
    let quotient = rest / divisor
    return join(sorted: quotient, (slope - quotient * motion) / divisor, generator)
  }

  /// The part without a generator, and its coefficient.
  @inlinable func parts(by generator: UInt16) -> (without: Jet, slope: Jet) {
    var (without, with) = (Jet(constant: value), Jet(constant: 0))
    for slope in slopes {
      if slope.generators & generator == 0 {
        without.slopes.append(slope)
      } else if slope.generators == generator {
        with.value = slope.value
      } else {
        with.slopes.append(Slope(slope.generators & ~generator, slope.value))
      }
    }
    return (without, with)
  }

  /// As `join`, for parts that may have higher generators.
  @inlinable static func join(sorted without: Jet, _ slope: Jet, _ generator: UInt16) -> Jet {
    var result = join(without, slope, generator)
    result.slopes.sort { $0.generators < $1.generators }
    return result
  }

  /// The number times itself.
  @inlinable public var squared: Jet {
    slopes.isEmpty ? Jet(constant: value.squared) : (self * self).with(value: value.squared)
  }

  @inlinable func with(value: Base) -> Jet { Jet(value, slopes: slopes) }

  /// The solution of a moving linear system: `A X = B` gives `X' = A^-1 (B' - A' X)`, generator by generator.
  public static func solve(_ matrix: Matrix<Jet>, _ right: Matrix<Jet>) -> Matrix<Jet> {
    let all = (matrix.entries + right.entries).reduce(0 as UInt16) {
      $1.slopes.reduce($0) { $0 | $1.generators }
    }
    guard all != 0 else {
      return Base.solve(matrix.map(\.value), right.map(\.value)).map { Jet(constant: $0) }
    }
    let top = UInt16(1) << UInt16(15 - all.leadingZeroBitCount)
    let (A, B) = (matrix.map { $0.parts(by: top).without }, right.map { $0.parts(by: top).without })
    let (rateA, rateB) = (matrix.map { $0.parts(by: top).slope }, right.map { $0.parts(by: top).slope })
    let solution = solve(A, B)
    let motion = solve(A, rateB - rateA * solution)
    return Matrix(rows: solution.rows, columns: solution.columns) {
      join(solution[$0, $1], motion[$0, $1], top)
    }
  }

  /// How well the number serves as a pivot.
  @inlinable public var pivotWeight: Double { value.pivotWeight }

  /// A function of one variable by its values on the base, and its derivative as a function of jets and of its value.
  public func mapped(
    _ function: (Base) throws -> Base, derivative: (_ x: Jet, _ value: Jet) throws -> Jet
  ) rethrows -> Jet {
    guard let (point, slope, generator) = split() else { return Jet(constant: try function(value)) }
    let image = try point.mapped(function, derivative: derivative)
    return Self.join(image, try derivative(point, image) * slope, generator)
  }
}

extension Jet: Elementary where Base: Elementary {
  /// The image of a number in the field.
  public init(_ value: Double) { self.init(constant: Base(value)) }
  /// The exponential.
  public static func exp(_ x: Jet) -> Jet { x.mapped(Base.exp) { $1 } }
  /// The number `e^x - 1`.
  public static func expMinusOne(_ x: Jet) -> Jet { x.mapped(Base.expMinusOne) { x, _ in exp(x) } }
  /// The natural logarithm.
  public static func log(_ x: Jet) -> Jet { x.mapped(Base.log) { x, _ in 1 / x } }
  /// The sine, of an angle in radians.
  public static func sin(_ x: Jet) -> Jet { x.mapped(Base.sin) { x, _ in cos(x) } }
  /// The cosine, of an angle in radians.
  public static func cos(_ x: Jet) -> Jet { x.mapped(Base.cos) { x, _ in -sin(x) } }
  /// The square root.
  public static func sqrt(_ x: Jet) -> Jet { x.mapped(Base.sqrt) { 1 / (2 * $1) } }
  /// The circle constant.
  public static var pi: Jet { Jet(constant: Base.pi) }
}
