import Arithmetic

/// The infinitesimal generator of a Markov process at one time, and its adjoint.
///
/// `L f(x)` is the limit of `(E[f(X_{t+h}) | X_t = x] - f(x)) / h` as `h` falls to zero. The laws of the process solve
/// the forward equation `d rho / dt = L* rho`, where the sum or integral of `f L* rho` is that of `rho L f`. Flows,
/// diffusions and jump processes differ in what they do to a function, and in nothing that is built upon it.
public protocol Generator<Scalar, State, Function> {
  associatedtype Scalar: Field
  /// Where the process can be.
  associatedtype State
  /// What the generator acts on, a test function or a density.
  associatedtype Function

  /// `L f` at a state.
  func callAsFunction(_ f: Function, at x: State) -> Scalar
  /// `L* rho` at a state.
  func adjoint(_ rho: Function, at x: State) -> Scalar
  /// The value of a function at a state.
  static func value(_ f: Function, at x: State) -> Scalar
  /// The product of two functions.
  static func product(_ f: Function, _ g: Function) -> Function
}

extension Generator {
  /// What the generator of the process run backwards does to a function, `(L*(rho g) - g L* rho) / rho`.
  ///
  /// That is the derivative of `E[g(X_{t-h}) | X_t = x]` in `h` at zero, by Bayes' formula; `rho` is the law at the
  /// time, up to a factor.
  public func backward(_ g: Function, under rho: Function, at x: State) -> Scalar {
    (adjoint(Self.product(rho, g), at: x) - Self.value(g, at: x) * adjoint(rho, at: x))
      / Self.value(rho, at: x)
  }
}

/// A number that carries its first and second derivatives.
public typealias TwiceDual<Scalar: Field> = Dual<Dual<Scalar>>

extension Dual {
  /// A constant, twice differentiated around.
  public static func constant<Inner: Field>(_ value: Inner) -> Self where Base == Dual<Inner> {
    Self(constant: Dual<Inner>(constant: value))
  }
}

/// What generators on a vector space have in common: their functions carry two derivatives.
public protocol SmoothGenerator: Generator
where State == Vector<Scalar>, Function == (Vector<TwiceDual<Scalar>>) -> TwiceDual<Scalar> {}

extension SmoothGenerator {
  /// The value of a function at a point.
  public static func value(_ f: Function, at x: Vector<Scalar>) -> Scalar {
    f(x.map { TwiceDual.constant($0) }).value.value
  }
  /// The product of two functions.
  public static func product(_ f: Function, _ g: Function) -> Function {
    { f($0) * g($0) }
  }

  /// The point, moving along one coordinate in the first derivative and along another in the second.
  public static func moving(_ x: Vector<Scalar>, _ i: Int, _ j: Int) -> Vector<TwiceDual<Scalar>> {
    Vector(
      x.indices.map {
        TwiceDual(Dual(x[$0], derivative: $0 == i ? 1 : 0), derivative: Dual(constant: $0 == j ? 1 : 0))
      })
  }
}

/// The generator `v . grad f` of the flow `dX/dt = v(X)`.
public struct FlowGenerator<Scalar: Field>: SmoothGenerator {
  /// A function of a point.
  public typealias Function = (Vector<TwiceDual<Scalar>>) -> TwiceDual<Scalar>
  /// The velocity `v` at the time.
  public let velocity: (Vector<TwiceDual<Scalar>>) -> Vector<TwiceDual<Scalar>>

  /// The generator of a velocity.
  public init(velocity: @escaping (Vector<TwiceDual<Scalar>>) -> Vector<TwiceDual<Scalar>>) {
    self.velocity = velocity
  }

  /// `v . grad f`.
  public func callAsFunction(_ f: @escaping Function, at x: Vector<Scalar>) -> Scalar {
    let v = velocity(x.map { TwiceDual.constant($0) }).map(\.value.value)
    return v.dot(Vector(x.indices.map { f(Self.moving(x, $0, $0)).value.derivative }))
  }

  /// `-div(v rho)`.
  public func adjoint(_ rho: @escaping Function, at x: Vector<Scalar>) -> Scalar {
    x.indices.reduce(0) {
      let y = Self.moving(x, $1, $1)
      return $0 - (velocity(y)[$1] * rho(y)).value.derivative
    }
  }
}

/// The generator `b . grad f + a : grad^2 f / 2` of the Ito diffusion with drift `b` and `a = s s^T`.
public struct DiffusionGenerator<Scalar: Field>: SmoothGenerator {
  /// A function of a point.
  public typealias Function = (Vector<TwiceDual<Scalar>>) -> TwiceDual<Scalar>
  /// The drift `b` at the time.
  public let drift: (Vector<TwiceDual<Scalar>>) -> Vector<TwiceDual<Scalar>>
  /// The symmetric matrix field `a` at the time: `2 e` times the identity in the notation `e Laplace`.
  public let diffusion: (Vector<TwiceDual<Scalar>>) -> Matrix<TwiceDual<Scalar>>

  /// The generator of a drift and a matrix field.
  public init(
    drift: @escaping (Vector<TwiceDual<Scalar>>) -> Vector<TwiceDual<Scalar>>,
    diffusion: @escaping (Vector<TwiceDual<Scalar>>) -> Matrix<TwiceDual<Scalar>>
  ) { (self.drift, self.diffusion) = (drift, diffusion) }

  /// `b . grad f + a : grad^2 f / 2`.
  public func callAsFunction(_ f: @escaping Function, at x: Vector<Scalar>) -> Scalar {
    let a = diffusion(x.map { TwiceDual.constant($0) }).map(\.value.value)
    return FlowGenerator(velocity: drift)(f, at: x)
      + pairs(x) { i, j in a[i, j] * f(Self.moving(x, i, j)).derivative.derivative } / 2
  }

  /// `-div(b rho) + div div(a rho) / 2`.
  public func adjoint(_ rho: @escaping Function, at x: Vector<Scalar>) -> Scalar {
    FlowGenerator(velocity: drift).adjoint(rho, at: x)
      + pairs(x) { i, j in
        let y = Self.moving(x, i, j)
        return (diffusion(y)[i, j] * rho(y)).derivative.derivative
      } / 2
  }

  private func pairs(_ x: Vector<Scalar>, _ term: (Int, Int) -> Scalar) -> Scalar {
    x.indices.reduce(0) { sum, i in x.indices.reduce(sum) { $0 + term(i, $1) } }
  }
}

/// The generator `sum_y Q(y, x) (f(y) - f(x))` of a jump process on finitely many states.
public struct JumpGenerator<Scalar: Field>: Generator, Sendable {
  /// The rates at the time: `Q[y, x]` is that of jumps from `x` to `y`; the diagonal is not used.
  public let rates: Matrix<Scalar>

  /// The generator of a square matrix of rates, over any field.
  public init(rates: Matrix<Scalar>) {
    precondition(rates.rows == rates.columns, "rates of \(rates.rows) x \(rates.columns) states")
    self.rates = rates
  }

  /// `L f`: what is expected of the next jump from `x`.
  public func callAsFunction(_ f: Vector<Scalar>, at x: Int) -> Scalar {
    f.indices.reduce(0) { $1 == x ? $0 : $0 + rates[$1, x] * (f[$1] - f[x]) }
  }

  /// `L* rho`: what jumps into `y` less what jumps out of it.
  public func adjoint(_ rho: Vector<Scalar>, at y: Int) -> Scalar {
    rho.indices.reduce(0) { $1 == y ? $0 : $0 + rates[y, $1] * rho[$1] - rates[$1, y] * rho[y] }
  }

  /// The value of a function at a state.
  public static func value(_ f: Vector<Scalar>, at x: Int) -> Scalar { f[x] }
  /// The product of two functions.
  public static func product(_ f: Vector<Scalar>, _ g: Vector<Scalar>) -> Vector<Scalar> {
    Vector(zip(f.components, g.components).map { $0 * $1 })
  }

  /// The matrix of the forward equation `d rho / dt = Q rho`: the rates, and a diagonal that makes columns sum to zero.
  public var matrix: Matrix<Scalar> {
    Matrix(rows: rates.rows, columns: rates.rows) { y, x in
      y != x ? rates[y, x] : -(0..<rates.rows).reduce(0 as Scalar) { $1 == x ? $0 : $0 + rates[$1, x] }
    }
  }

  /// The generator of the process run backwards, from `y` to `x` at the rate `Q(y, x) rho(x) / rho(y)`.
  public func reversed(under rho: Vector<Scalar>) -> JumpGenerator {
    JumpGenerator(
      rates: Matrix(rows: rates.rows, columns: rates.rows) { x, y in rates[y, x] * rho[x] / rho[y] })
  }
}

extension JumpGenerator where Scalar == Double {
  /// The generator of a jump process, row by row: in row `y` the rates of jumps to `y`.
  ///
  /// Throws `InvalidArgument` unless there are as many rows as columns and the rates off the diagonal are numbers that
  /// are not negative.
  public init(rates: [[Double]]) throws {
    guard !rates.isEmpty, rates.allSatisfy({ $0.count == rates.count }) else {
      throw InvalidArgument("rates", is: rates, expected: "as many rows as columns, at least one")
    }
    for (y, row) in rates.enumerated() {
      for (x, rate) in row.enumerated() where x != y && !(rate >= 0 && rate.isFinite) {
        throw InvalidArgument("rate from \(x) to \(y)", is: rate, expected: "a number that is not negative")
      }
    }
    self.init(rates: Matrix(rates))
  }

  /// The transition kernel of the process with these rates, `P(y, x)` from `x` to `y`, after a duration.
  ///
  /// Throws `InvalidArgument` where the duration is negative.
  public func kernel(after duration: Interval) throws -> Matrix<Interval> {
    guard duration.lower >= 0 else {
      throw InvalidArgument("duration", is: duration, expected: "not negative")
    }
    return try (duration * JumpGenerator<Interval>(rates: rates.map { Interval($0) }).matrix).exponential
  }
}
