import Arithmetic
import Formulas
import Probability

/// The test functions that weak readings are tried on.
///
/// A check declares its own as `\varphi(x)`, of the lines' kind; otherwise long waves, turned against the axes so that a
/// lost transpose shows.
struct TestFunctions {
  private var reading: WeakReading?
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

  /// Binds the waves, where the check declares no test function itself.
  func bind<Base>(in bindings: inout Bindings<Base>) throws {
    guard isOwn, let reading else { return }
    let d = dimension
    let frequencies = (0..<d).map { i in (0..<d).map { $0 == i ? 2 : $0 == (i + 1) % d ? 1 : 0 } }
    func angles(_ value: Value<Base>) throws -> [Jet<Base>] {
      let x = value.components
      // Eighths, so that they are exact over every scalar.
      return frequencies.map { row in
        zip(row, x).reduce(Jet(1) / Jet(2)) { $1.0 == 0 ? $0 : $0 + Jet($1.0) / Jet(8) * $1.1 }
      }
    }
    let variable = Formula.variable(reading.variable, reading.position.kind)
    if case .vector? = tests.first?.kind {
      try bindings.bind(function: Self.name, variable, .vector(d)) { arguments in
        .vector(Vector(try angles(arguments[0]).map { try Jet.sine($0) }))
      }
    } else {
      for i in 0..<d {
        try bindings.bind(function: "\(Self.name)_\(i + 1)", variable, .scalar) { arguments in
          .scalar(try Jet.sine(try angles(arguments[0])[i]))
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
