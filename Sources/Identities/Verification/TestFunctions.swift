import Arithmetic
import Formulas
import Probability

/// The test functions that weak readings are tried on.
///
/// A check declares its own as `\varphi(x)`, of the lines' kind; otherwise waves about as long as the position scatters,
/// shifted to where a line is seen best, and turned against the axes so that a lost transpose shows.
struct TestFunctions {
  private var reading: WeakReading?
  /// The middle of each coordinate of the position, and how far it scatters.
  private var places: [(middle: Double, width: Double)] = []
  /// By how many fifths of a radian each wave is shifted.
  private var phases: [Int] = []
  private var tests: [Formula] = []
  /// Whether the test functions are the package's and not the check's.
  private var isOwn = false

  /// The test functions for some lines; none where no line is about densities or conditional expectations.
  init<Base>(for lines: [Formula], in bindings: Bindings<Base>) throws {
    guard Base.isSampled, let reading = try WeakReading(of: lines, in: bindings) else { return }
    self.reading = reading
    let kind = lines.map(\.kind).first { $0 != .zero } ?? .scalar
    let variable = Formula.variable(reading.variable, reading.position.kind)
    if let declared = bindings.notation.kind(of: Self.name) {
      guard declared == kind else {
        throw InvalidArgument("\\varphi", is: declared, expected: "of the lines' kind, \(kind)")
      }
      tests = [.function(Self.name, at: variable, kind)]
      return
    }
    isOwn = true
    switch kind {
    case .vector(let d) where d == dimension: tests = [.function(Self.name, at: variable, kind)]
    case .scalar, .zero:
      tests = (1...dimension).map { .function("\(Self.name)_\($0)", at: variable, .scalar) }
    default: throw Unsupported("lines of \(kind) have no weak reading: declare a test function \\varphi")
    }
  }

  private static let name = #"\varphi"#

  /// The dimension of the position.
  private var dimension: Int {
    if case .vector(let d)? = reading?.position.kind { return d }
    return 1
  }

  /// Finds out where the position is, and by which shift of the waves a line stands out most against its scatter.
  ///
  /// The samples that this looks at are no part of any comparison.
  mutating func settle<Scalar: LineScalar>(
    in bindings: Bindings<Scalar.Base>, on line: Formula?, over scalars: Scalar.Type
  ) throws {
    guard isOwn, let reading else { return }
    places = try Evaluator(bindings, levels: Scalar.levels).value(of: reading.position).components.map { x in
      guard let place = Scalar.place(of: x), place.middle.isFinite, place.width.isFinite, place.width > 0
      else {
        return (0, 1)
      }
      return place
    }
    phases = Array(repeating: 4, count: dimension)
    guard let line else { return }
    let sizes = try [0, 4, 8, 12].map { phase in
      phases = Array(repeating: phase, count: dimension)
      var bound = bindings
      try bind(in: &bound)
      let parts = try Evaluator(bound, levels: Scalar.levels).value(of: weak(line)).components
      return (phase: phase, parts: parts.map { Scalar.contrast(of: $0) ?? 0 })
    }
    // A field of waves is one test, with one shift.
    phases = (0..<dimension).map { i in
      sizes.max { a, b in
        let k = a.parts.count > 1 ? i : 0
        return a.parts[k] < b.parts[k]
      }!.phase
    }
  }

  /// A number to two digits, as the fraction of integers that every scalar has.
  private static func rational<Base: FormulaScalar>(_ x: Double) -> Jet<Base> {
    guard x.isNormal, x.magnitude > 0x1p-40, x.magnitude < 0x1p40 else { return 0 }
    let shift = 6 - Int(x.exponent)
    let numerator = Int((x.significand * 64).rounded()) * (x < 0 ? -1 : 1)
    return shift >= 0
      ? Jet(numerator) / Jet(1 << shift) : Jet(numerator) * Jet(1 << -shift)
  }

  /// Binds the waves, where the check declares no test function itself.
  func bind<Base>(in bindings: inout Bindings<Base>) throws {
    guard isOwn, let reading else { return }
    let d = dimension
    let fractions = places.map { place in
      let inverse: Jet<Base> = Self.rational(1 / place.width)
      return (middle: Self.rational(place.middle) as Jet<Base>, inverse: inverse, half: inverse / Jet(2))
    }
    func angles(_ value: Value<Base>) -> [Jet<Base>] {
      let x = zip(value.components, fractions).map { $0 - $1.middle }
      return (0..<d).map { i in
        let along = Jet(phases[i]) / Jet(5) + fractions[i].inverse * x[i]
        return d == 1 ? along : along + fractions[(i + 1) % d].half * x[(i + 1) % d]
      }
    }
    let variable = Formula.variable(reading.variable, reading.position.kind)
    if case .vector? = tests.first?.kind {
      try bindings.bind(function: Self.name, variable, .vector(d)) { arguments in
        .vector(try Vector(angles(arguments[0]).map { try Jet.sine($0) }))
      }
    } else {
      for i in 0..<d {
        try bindings.bind(function: "\(Self.name)_\(i + 1)", variable, .scalar) { arguments in
          .scalar(try Jet.sine(angles(arguments[0])[i]))
        }
      }
    }
  }

  /// Whether lines are read weakly.
  var isReading: Bool { reading != nil }

  /// A line as it is simulated: itself, or its weak form against each test function.
  func weak(_ line: Formula) throws -> Formula {
    guard let reading else { return line }
    return .sideBySide(try tests.map { try reading.read(line, against: $0) })
  }

  /// Zero, with as many components as a line of a kind has.
  func zero<Base>(_ kind: Kind) -> [Jet<Base>] {
    Array(repeating: 0, count: reading == nil ? kind.count : tests.count)
  }
}
