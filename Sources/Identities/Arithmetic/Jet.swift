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
  @inlinable public static var mostLevels: Int { 8 }
  /// By how many coordinates a derivative may be taken.
  @inlinable public static var mostDirections: Int { 255 }

  /// Whether the number does not move.
  @inlinable public var isStill: Bool { slopes.isEmpty }

  /// The coefficients, the number itself first.
  @inlinable public var parts: [Base] {
    var parts = [value]
    parts.reserveCapacity(slopes.count + 1)
    for slope in slopes { parts.append(slope.value) }
    return parts
  }

  /// The jet with its coefficients replaced, as many as it has parts.
  @inlinable public func with(parts: [Base]) -> Jet {
    precondition(parts.count == slopes.count + 1, "\(parts.count) parts for \(slopes.count + 1)")
    return Jet(parts[0], slopes: slopes.indices.map { Slope(slopes[$0].directions, parts[$0 + 1]) })
  }

  /// The number moved by an infinitesimal; levels and directions count from zero.
  @inlinable public func moved(level: Int, direction: Int) -> Jet {
    self + Jet(0, slopes: [Slope(Self.key(level, direction), 1)])
  }

  /// The coefficient of an infinitesimal, a jet in the others.
  @inlinable public func coefficient(level: Int, direction: Int) -> Jet {
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

  @inlinable static func key(_ level: Int, _ direction: Int) -> UInt64 {
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
  /// A coefficient of the highest level: a jet in the levels below.
  @usableFromInline struct Motion {
    @usableFromInline let key: UInt64
    @usableFromInline var slope: Jet

    @inlinable init(_ key: UInt64, _ slope: Jet) { (self.key, self.slope) = (key, slope) }
  }

  /// The highest level that the number moves in, -1 where it is still.
  @inlinable var top: Int {
    // Products stand in rising order, and the highest level has the highest byte.
    slopes.isEmpty ? -1 : (63 - slopes[slopes.count - 1].directions.leadingZeroBitCount) / 8
  }

  /// The part without a level, and the coefficients of that level's infinitesimals in rising order.
  ///
  /// No level may be higher: then what does not move in it comes first, and each coefficient is one run.
  @inlinable func split(_ level: Int) -> (without: Jet, motions: [Motion]) {
    let byte = Self.byte(level)
    var motions: [Motion] = []
    var i = 0
    while i < slopes.count, slopes[i].directions & byte == 0 { i += 1 }
    let without = Jet(value, slopes: i == slopes.count ? slopes : Array(slopes[..<i]))
    while i < slopes.count {
      let key = slopes[i].directions & byte
      var motion = Motion(key, Jet(constant: 0))
      while i < slopes.count, slopes[i].directions & byte == key {
        let rest = slopes[i].directions & ~byte
        if rest == 0 {
          motion.slope.value = slopes[i].value
        } else {
          motion.slope.slopes.append(Slope(rest, slopes[i].value))
        }
        i += 1
      }
      motions.append(motion)
    }
    return (without, motions)
  }

  /// Adds the coefficients of a level above all others of the number.
  @inlinable mutating func append(_ key: UInt64, _ slope: Jet) {
    slopes.append(Slope(key, slope.value))
    for part in slope.slopes { slopes.append(Slope(key | part.directions, part.value)) }
  }

  /// The number moved by coefficients of a level above all its own, each changed.
  @inlinable func joined(_ motions: [Motion], _ change: (Jet) -> Jet) -> Jet {
    var result = self
    for motion in motions { result.append(motion.key, change(motion.slope)) }
    return result
  }

  /// The quotient.
  @inlinable public static func / (a: Jet, b: Jet) -> Jet {
    guard !b.slopes.isEmpty else {
      return Jet(a.value / b.value, slopes: a.slopes.map { Slope($0.directions, $0.value / b.value) })
    }
    let level = max(a.top, b.top)
    let ((dividend, rises), (divisor, motions)) = (a.split(level), b.split(level))
    let quotient = dividend / divisor
    var result = quotient
    var (i, j) = (0, 0)
    while i < rises.count || j < motions.count {
      if j == motions.count || i < rises.count && rises[i].key < motions[j].key {
        result.append(rises[i].key, rises[i].slope / divisor)
        i += 1
      } else if i == rises.count || motions[j].key < rises[i].key {
        result.append(motions[j].key, -(quotient * motions[j].slope) / divisor)
        j += 1
      } else {
        result.append(rises[i].key, (rises[i].slope - quotient * motions[j].slope) / divisor)
        (i, j) = (i + 1, j + 1)
      }
    }
    return result
  }

  /// A function of one variable by its values on the base, and its derivative as a function of jets and of its value.
  @inlinable public func mapped(
    _ function: (Base) throws -> Base, derivative: (_ x: Jet, _ value: Jet) throws -> Jet
  ) rethrows -> Jet {
    guard !slopes.isEmpty else { return Jet(constant: try function(value)) }
    let (point, motions) = split(top)
    let image = try point.mapped(function, derivative: derivative)
    let slope = try derivative(point, image)
    return image.joined(motions) { slope * $0 }
  }

  /// Two functions that are each other's derivatives up to a sign, such as the sine and the cosine, by both values.
  @inlinable public func mappedPair(
    _ functions: (Base) throws -> (Base, Base), isOpposite: Bool
  ) rethrows -> (first: Jet, second: Jet) {
    guard !slopes.isEmpty else {
      let (first, second) = try functions(value)
      return (Jet(constant: first), Jet(constant: second))
    }
    let (point, motions) = split(top)
    let (first, second) = try point.mappedPair(functions, isOpposite: isOpposite)
    let falling = isOpposite ? -first : first
    return (first.joined(motions) { second * $0 }, second.joined(motions) { falling * $0 })
  }

  /// The solution of a moving linear system: `A X = B` gives `X' = A^-1 (B' - A' X)`, level by level.
  @inlinable public static func solve(_ matrix: Matrix<Jet>, _ right: Matrix<Jet>) -> Matrix<Jet> {
    let level = max(
      matrix.entries.reduce(-1) { max($0, $1.top) }, right.entries.reduce(-1) { max($0, $1.top) })
    guard level >= 0 else {
      return Base.solve(matrix.map { $0.value }, right.map { $0.value }).map { Jet(constant: $0) }
    }
    let (A, B) = (matrix.entries.map { $0.split(level) }, right.entries.map { $0.split(level) })
    var keys: [UInt64] = []
    for parts in [A, B] {
      for part in parts {
        for motion in part.motions where !keys.contains(motion.key) { keys.append(motion.key) }
      }
    }
    keys.sort()
    let (rows, columns) = (right.rows, right.columns)
    let still = Matrix(rows: matrix.rows, columns: matrix.columns) { A[$0 * matrix.columns + $1].without }
    let solution = solve(still, Matrix(rows: rows, columns: columns) { B[$0 * columns + $1].without })
    // All directions are right sides of one elimination.
    var rates = Matrix<Jet>.zero(rows, columns * keys.count)
    for (k, key) in keys.enumerated() {
      for i in 0..<rows {
        for j in 0..<columns {
          var rate = B[i * columns + j].motions.first { $0.key == key }?.slope ?? 0
          for l in 0..<matrix.columns {
            guard let motion = A[i * matrix.columns + l].motions.first(where: { $0.key == key }) else {
              continue
            }
            rate = rate - motion.slope * solution[l, j]
          }
          rates[i, k * columns + j] = rate
        }
      }
    }
    let motion = solve(still, rates)
    return Matrix(rows: solution.rows, columns: columns) { i, j in
      var entry = solution[i, j]
      for (k, key) in keys.enumerated() { entry.append(key, motion[i, k * columns + j]) }
      return entry
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
