/// A number with its derivative: `value + derivative * e` with `e * e = 0`.
///
/// Arithmetic carries the derivative by the rules of calculus, exactly in the base field. Duals nest:
/// `Dual<Dual<Base>>` carries second derivatives.
public struct Dual<Base: Field>: Field {
  /// The number itself.
  public var value: Base
  /// Its rate of change.
  public var derivative: Base

  /// The number `value` moving at the rate `derivative`.
  @inlinable public init(_ value: Base, derivative: Base) {
    self.value = value
    self.derivative = derivative
  }

  /// A constant: its derivative is zero.
  @inlinable public init(constant value: Base) { self.init(value, derivative: 0) }

  /// The variable of differentiation: its derivative is one.
  @inlinable public init(variable value: Base) { self.init(value, derivative: 1) }

  /// The image of a number in the field.
  @_disfavoredOverload @inlinable public init(_ integer: Int) { self.init(Base(integer), derivative: 0) }

  /// The sum.
  @inlinable public static func + (a: Self, b: Self) -> Self {
    Self(a.value + b.value, derivative: a.derivative + b.derivative)
  }
  /// The difference.
  @inlinable public static func - (a: Self, b: Self) -> Self {
    Self(a.value - b.value, derivative: a.derivative - b.derivative)
  }
  /// The negative.
  @inlinable public static prefix func - (a: Self) -> Self { Self(-a.value, derivative: -a.derivative) }
  /// The product.
  @inlinable public static func * (a: Self, b: Self) -> Self {
    var derivative = a.derivative * b.value
    derivative.add(a.value, times: b.derivative)
    return Self(a.value * b.value, derivative: derivative)
  }
  /// The quotient.
  @inlinable public static func / (a: Self, b: Self) -> Self {
    let quotient = a.value / b.value
    return Self(quotient, derivative: (a.derivative - quotient * b.derivative) / b.value)
  }

  /// The number times itself.
  @inlinable public var squared: Self { Self(value.squared, derivative: 2 * value * derivative) }

  /// The solution of a moving linear system: `A X = B` gives `X' = A^-1 (B' - A' X)`.
  public static func solve(_ matrix: Matrix<Self>, _ right: Matrix<Self>) -> Matrix<Self> {
    let (value, rate) = (matrix.map(\.value), matrix.map(\.derivative))
    let solution = value.solve(right.map(\.value))
    let motion = value.solve(right.map(\.derivative) - rate * solution)
    return Matrix(rows: solution.rows, columns: solution.columns) {
      Self(solution[$0, $1], derivative: motion[$0, $1])
    }
  }

  /// How well the number serves as a pivot.
  @inlinable public var pivotWeight: Double { value.pivotWeight }
}

extension Dual: Elementary where Base: Elementary {
  /// The image of a number in the field, which a formula writes as a decimal: see `Interval.init(decimal:)`.
  public init(_ value: Double) { self.init(constant: Base(decimal: value)) }
  /// The exponential.
  public static func exp(_ x: Self) -> Self {
    let e = Base.exp(x.value)
    return Self(e, derivative: x.derivative * e)
  }
  /// The number `e^x - 1`.
  public static func expMinusOne(_ x: Self) -> Self {
    Self(Base.expMinusOne(x.value), derivative: x.derivative * Base.exp(x.value))
  }
  /// The natural logarithm.
  public static func log(_ x: Self) -> Self { Self(Base.log(x.value), derivative: x.derivative / x.value) }
  /// The sine, of an angle in radians.
  public static func sin(_ x: Self) -> Self {
    let (sine, cosine) = Base.sineAndCosine(x.value)
    return Self(sine, derivative: x.derivative * cosine)
  }
  /// The cosine, of an angle in radians.
  public static func cos(_ x: Self) -> Self {
    let (sine, cosine) = Base.sineAndCosine(x.value)
    return Self(cosine, derivative: -(x.derivative * sine))
  }
  /// The sine and the cosine of one angle.
  public static func sineAndCosine(_ x: Self) -> (sine: Self, cosine: Self) {
    let (sine, cosine) = Base.sineAndCosine(x.value)
    return (Self(sine, derivative: x.derivative * cosine), Self(cosine, derivative: -(x.derivative * sine)))
  }
  /// The square root.
  public static func sqrt(_ x: Self) -> Self {
    let root = Base.sqrt(x.value)
    return Self(root, derivative: x.derivative / (2 * root))
  }
  /// The circle constant.
  public static var pi: Self { Self(constant: Base.pi) }
}

/// The derivative of a function of one variable, exact in the field.
public func derivative<F: Field>(at x: F, of f: (Dual<F>) throws -> Dual<F>) rethrows -> F {
  try f(Dual(variable: x)).derivative
}

/// The gradient of a scalar function, one pass for each coordinate, exact in the field.
public func gradient<F: Field>(at x: Vector<F>, of f: (Vector<Dual<F>>) throws -> Dual<F>) rethrows -> Vector<
  F
> {
  try Vector(
    x.indices.map { i in
      try f(Vector(x.indices.map { Dual(x[$0], derivative: $0 == i ? 1 : 0) })).derivative
    })
}

/// The divergence of a vector field, one pass for each coordinate, exact in the field.
public func divergence<F: Field>(
  at x: Vector<F>, of f: (Vector<Dual<F>>) throws -> Vector<Dual<F>>
) rethrows -> F {
  try x.indices.reduce(0 as F) { sum, i in
    sum + (try f(Vector(x.indices.map { Dual(x[$0], derivative: $0 == i ? 1 : 0) })))[i].derivative
  }
}

extension Vector {
  /// The vector as a constant, to be differentiated around.
  public var constant: Vector<Dual<Scalar>> { map { Dual(constant: $0) } }
}

extension Matrix {
  /// The matrix as a constant, to be differentiated around.
  public var constant: Matrix<Dual<Scalar>> { map { Dual(constant: $0) } }
}
