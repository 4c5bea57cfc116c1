/// A number with its derivatives in several directions at once.
///
/// A polynomial in infinitesimals `e_l,i`, of which there is a level `l` for every derivative that is taken and a
/// direction `i` for every coordinate it is taken by; infinitesimals of one level have the product zero. So the
/// coefficient of `e_0,i` is a first derivative and that of `e_0,i e_1,j` a mixed second one, and a gradient needs a
/// function once, not once for each coordinate. `Dual` is the case of a single infinitesimal.
public struct Jet<Base: Field>: Field {
  /// The number itself.
  public var value: Base
  /// The coefficients of products of infinitesimals, in rising order; those left out are zero.
  @usableFromInline var slopes: [Slope]

  /// The coefficient of one product: a byte for each level, the direction in it or none.
  @usableFromInline struct Slope: Sendable {
    @usableFromInline let directions: UInt64
    @usableFromInline var value: Base

    @inlinable init(_ directions: UInt64, _ value: Base) {
      (self.directions, self.value) = (directions, value)
    }
  }

  @inlinable init(_ value: Base, slopes: [Slope]) { (self.value, self.slopes) = (value, slopes) }

  /// A constant.
  @inlinable public init(constant value: Base) { self.init(value, slopes: []) }

  /// The number and its first derivative as a jet with one infinitesimal, the first of the first level.
  @inlinable public init(_ dual: Dual<Base>) { self.init(dual.value, slopes: [Slope(1, dual.derivative)]) }

  /// The image of a number in the field.
  @_disfavoredOverload @inlinable public init(_ integer: Int) { self.init(constant: Base(integer)) }

  /// How many derivatives may be nested.
  public static var mostLevels: Int { 8 }
  /// By how many coordinates a derivative may be taken.
  public static var mostDirections: Int { 255 }

  /// Whether the number does not move.
  @inlinable public var isStill: Bool { slopes.isEmpty }

  /// The coefficients, the number itself first.
  public var parts: [Base] { [value] + slopes.map(\.value) }

  /// The jet with its coefficients replaced, as many as it has parts.
  public func with(parts: [Base]) -> Jet {
    precondition(parts.count == slopes.count + 1, "\(parts.count) parts for \(slopes.count + 1)")
    return Jet(parts[0], slopes: zip(slopes, parts.dropFirst()).map { Slope($0.directions, $1) })
  }

  /// The number moved by an infinitesimal; levels and directions count from zero.
  public func moved(level: Int, direction: Int) -> Jet {
    self + Jet(0, slopes: [Slope(Self.key(level, direction), 1)])
  }

  /// The coefficient of an infinitesimal, a jet in the others.
  public func coefficient(level: Int, direction: Int) -> Jet {
    let key = Self.key(level, direction)
    var result = Jet(constant: 0)
    for slope in slopes where slope.directions & Self.byte(level) == key {
      if slope.directions == key {
        result.value = slope.value
      } else {
        result.slopes.append(Slope(slope.directions & ~Self.byte(level), slope.value))
      }
    }
    result.slopes.sort { $0.directions < $1.directions }
    return result
  }

  private static func key(_ level: Int, _ direction: Int) -> UInt64 {
    precondition(level < mostLevels && direction < mostDirections, "level \(level), direction \(direction)")
    return UInt64(direction + 1) << UInt64(8 * level)
  }

  @inlinable static func byte(_ level: Int) -> UInt64 { 0xff << UInt64(8 * level) }

  /// Whether two products have no level in common: otherwise their product is zero.
  @inlinable static func areApart(_ a: UInt64, _ b: UInt64) -> Bool { levels(a) & levels(b) == 0 }

  /// The last bit of every byte that is not zero.
  @inlinable static func levels(_ x: UInt64) -> UInt64 {
    let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
    return (((x & low) &+ low) | x) & ~low
  }
}

extension Jet {
  /// Both numbers' coefficients together: those that both have, and those that one of them has.
  @inlinable static func combine(
    _ a: Jet, _ b: Jet, _ value: Base, both: (Base, Base) -> Base, left: (Base) -> Base, right: (Base) -> Base
  ) -> Jet {
    if a.slopes.isEmpty, b.slopes.isEmpty { return Jet(value, slopes: []) }
    var slopes: [Slope] = []
    slopes.reserveCapacity(max(a.slopes.count, b.slopes.count))
    var (i, j) = (0, 0)
    while i < a.slopes.count || j < b.slopes.count {
      if j == b.slopes.count || i < a.slopes.count && a.slopes[i].directions < b.slopes[j].directions {
        slopes.append(Slope(a.slopes[i].directions, left(a.slopes[i].value)))
        i += 1
      } else if i == a.slopes.count || b.slopes[j].directions < a.slopes[i].directions {
        slopes.append(Slope(b.slopes[j].directions, right(b.slopes[j].value)))
        j += 1
      } else {
        slopes.append(Slope(a.slopes[i].directions, both(a.slopes[i].value, b.slopes[j].value)))
        (i, j) = (i + 1, j + 1)
      }
    }
    return Jet(value, slopes: slopes)
  }

  /// The sum.
  @inlinable public static func + (a: Jet, b: Jet) -> Jet {
    combine(a, b, a.value + b.value, both: +, left: { $0 }, right: { $0 })
  }
  /// The difference.
  @inlinable public static func - (a: Jet, b: Jet) -> Jet {
    combine(a, b, a.value - b.value, both: -, left: { $0 }, right: { -$0 })
  }
  /// The negative.
  @inlinable public static prefix func - (a: Jet) -> Jet {
    Jet(-a.value, slopes: a.slopes.map { Slope($0.directions, -$0.value) })
  }

  /// The product.
  @inlinable public static func * (a: Jet, b: Jet) -> Jet {
    let linear = combine(
      a, b, a.value * b.value,
      both: { x, y in
        var slope = x * b.value
        slope.add(a.value, times: y)
        return slope
      }, left: { $0 * b.value }, right: { a.value * $0 })
    if a.slopes.isEmpty || b.slopes.isEmpty { return linear }
    var crossed: [Slope] = []
    for x in a.slopes {
      for y in b.slopes where areApart(x.directions, y.directions) {
        crossed.append(Slope(x.directions | y.directions, x.value * y.value))
      }
    }
    return crossed.isEmpty ? linear : linear + Jet(0, slopes: merged(crossed))
  }

  /// Coefficients in rising order, those of one product summed.
  @inlinable static func merged(_ slopes: [Slope]) -> [Slope] {
    var result: [Slope] = []
    for slope in slopes.sorted(by: { $0.directions < $1.directions }) {
      if result.last?.directions == slope.directions {
        result[result.count - 1].value += slope.value
      } else {
        result.append(slope)
      }
    }
    return result
  }

  /// The number times itself.
  @inlinable public var squared: Jet {
    if slopes.isEmpty { return Jet(constant: value.squared) }
    var square = self * self
    square.value = value.squared
    return square
  }

  /// How well the number serves as a pivot.
  @inlinable public var pivotWeight: Double { value.pivotWeight }
}

// Functions of jets, level by level: f(a + b e) = f(a) + f'(a) b e, where a and b have one level less.
extension Jet {
  /// The highest level that the number moves in.
  @usableFromInline var top: Int? {
    let all = slopes.reduce(0 as UInt64) { $0 | $1.directions }
    return all == 0 ? nil : (63 - all.leadingZeroBitCount) / 8
  }

  /// The part without a level, and the coefficients of its infinitesimals by their keys.
  @usableFromInline func split(_ level: Int) -> (without: Jet, slopes: [(key: UInt64, slope: Jet)]) {
    let byte = Self.byte(level)
    var without = Jet(constant: value)
    var parts: [UInt64: Jet] = [:]
    for slope in slopes {
      let key = slope.directions & byte
      if key == 0 {
        without.slopes.append(slope)
      } else if slope.directions == key {
        parts[key, default: 0].value = slope.value
      } else {
        parts[key, default: 0].slopes.append(Slope(slope.directions & ~byte, slope.value))
      }
    }
    return (without, parts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// The number of a part without a level and of the coefficients in it.
  @usableFromInline static func join(_ without: Jet, _ parts: [(key: UInt64, slope: Jet)]) -> Jet {
    var result = without
    for (key, slope) in parts {
      result.slopes.append(Slope(key, slope.value))
      for part in slope.slopes { result.slopes.append(Slope(key | part.directions, part.value)) }
    }
    result.slopes.sort { $0.directions < $1.directions }
    return result
  }

  /// The quotient.
  public static func / (a: Jet, b: Jet) -> Jet {
    guard let level = b.top else {
      return Jet(a.value / b.value, slopes: a.slopes.map { Slope($0.directions, $0.value / b.value) })
    }
    let ((dividend, rises), (divisor, motions)) = (a.split(level), b.split(level))
    let quotient = dividend / divisor
    let keys = Set(rises.map(\.key)).union(motions.map(\.key)).sorted()
    return join(
      quotient,
      keys.map { key in
        var slope = rises.first { $0.key == key }?.slope ?? 0
        if let motion = motions.first(where: { $0.key == key })?.slope { slope = slope - quotient * motion }
        return (key, slope / divisor)
      })
  }

  /// A function of one variable by its values on the base, and its derivative as a function of jets and of its value.
  public func mapped(
    _ function: (Base) throws -> Base, derivative: (_ x: Jet, _ value: Jet) throws -> Jet
  ) rethrows -> Jet {
    guard let level = top else { return Jet(constant: try function(value)) }
    let (point, motions) = split(level)
    let image = try point.mapped(function, derivative: derivative)
    let slope = try derivative(point, image)
    return Self.join(image, motions.map { ($0.key, slope * $0.slope) })
  }

  /// Two functions that are each other's derivatives up to a sign, such as the sine and the cosine, by both values.
  public func mappedPair(
    _ functions: (Base) throws -> (Base, Base), isOpposite: Bool
  ) rethrows -> (first: Jet, second: Jet) {
    guard let level = top else {
      let (first, second) = try functions(value)
      return (Jet(constant: first), Jet(constant: second))
    }
    let (point, motions) = split(level)
    let (first, second) = try point.mappedPair(functions, isOpposite: isOpposite)
    let falling = isOpposite ? -first : first
    return (
      Self.join(first, motions.map { ($0.key, second * $0.slope) }),
      Self.join(second, motions.map { ($0.key, falling * $0.slope) })
    )
  }

  /// The solution of a moving linear system: `A X = B` gives `X' = A^-1 (B' - A' X)`, level by level.
  public static func solve(_ matrix: Matrix<Jet>, _ right: Matrix<Jet>) -> Matrix<Jet> {
    guard let level = (matrix.entries + right.entries).compactMap(\.top).max() else {
      return Base.solve(matrix.map(\.value), right.map(\.value)).map { Jet(constant: $0) }
    }
    let (A, B) = (matrix.entries.map { $0.split(level) }, right.entries.map { $0.split(level) })
    let keys = Set((A + B).flatMap { $0.slopes.map(\.key) }).sorted()
    let still = Matrix(rows: matrix.rows, columns: matrix.columns) { A[$0 * matrix.columns + $1].without }
    let solution = solve(
      still, Matrix(rows: right.rows, columns: right.columns) { B[$0 * right.columns + $1].without })
    func slope(_ parts: [(key: UInt64, slope: Jet)], _ key: UInt64) -> Jet {
      parts.first { $0.key == key }?.slope ?? 0
    }
    // All directions are right sides of one elimination.
    let columns = right.columns
    let rates = keys.map { key in
      Matrix(rows: right.rows, columns: columns) { slope(B[$0 * columns + $1].slopes, key) }
        - Matrix(rows: matrix.rows, columns: matrix.columns) {
          slope(A[$0 * matrix.columns + $1].slopes, key)
        } * solution
    }
    let motion = solve(
      still, Matrix(rows: right.rows, columns: columns * keys.count) { rates[$1 / columns][$0, $1 % columns] }
    )
    return Matrix(rows: solution.rows, columns: columns) { i, j in
      join(solution[i, j], keys.enumerated().map { ($1, motion[i, $0 * columns + j]) })
    }
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
  public static func sin(_ x: Jet) -> Jet {
    x.isStill ? Jet(constant: Base.sin(x.value)) : sineAndCosine(x).sine
  }
  /// The cosine, of an angle in radians.
  public static func cos(_ x: Jet) -> Jet {
    x.isStill ? Jet(constant: Base.cos(x.value)) : sineAndCosine(x).cosine
  }
  /// The sine and the cosine of one angle.
  public static func sineAndCosine(_ x: Jet) -> (sine: Jet, cosine: Jet) {
    let (sine, cosine) = x.mappedPair({ Base.sineAndCosine($0) }, isOpposite: true)
    return (sine, cosine)
  }
  /// The square root.
  public static func sqrt(_ x: Jet) -> Jet { x.mapped(Base.sqrt) { 1 / (2 * $1) } }
  /// The circle constant.
  public static var pi: Jet { Jet(constant: Base.pi) }
}
