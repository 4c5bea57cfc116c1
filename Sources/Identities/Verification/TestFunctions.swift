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

  private init() {}

  /// The test functions for some lines; none where no line is about densities or conditional expectations.
  static func bound<Base>(
    in bindings: inout Bindings<Base>, for lines: [Formula]
  ) throws -> TestFunctions {
    var functions = TestFunctions()
    guard Base.isSampled, let reading = try WeakReading(of: lines, in: bindings) else { return functions }
    functions.reading = reading
    let name = #"\varphi"#
    let kind = lines.map(\.kind).first { $0 != .zero } ?? .scalar
    let variable = Formula.variable(reading.variable, reading.position.kind)
    if let declared = bindings.notation.kind(of: name) {
      guard declared == kind else {
        throw InvalidArgument("\\varphi", is: declared, expected: "of the lines' kind, \(kind)")
      }
      functions.tests = [.function(name, at: variable, kind)]
      return functions
    }
    let dimension = if case .vector(let d) = reading.position.kind { d } else { 1 }
    let frequencies = (0..<dimension).map { i in
      (0..<dimension).map { $0 == i ? 0.25 : $0 == (i + 1) % dimension ? 0.125 : 0 }
    }
    func angles(_ value: Value<Base>) throws -> [Jet<Base>] {
      let x = value.components
      return frequencies.map { row in
        zip(row, x).reduce(Jet(1) / Jet(2)) { $1.0 == 0 ? $0 : $0 + Jet(Int($1.0 * 8)) / Jet(8) * $1.1 }
      }
    }
    switch kind {
    case .vector(let d) where d == dimension:
      try bindings.bind(function: name, variable, kind) { arguments in
        .vector(Vector(try angles(arguments[0]).map { try Jet.sine($0) }))
      }
      functions.tests = [.function(name, at: variable, kind)]
    case .scalar, .zero:
      for i in 0..<dimension {
        let wave = "\(name)_\(i + 1)"
        try bindings.bind(function: wave, variable, .scalar) { arguments in
          .scalar(try Jet.sine(try angles(arguments[0])[i]))
        }
        functions.tests.append(.function(wave, at: variable, .scalar))
      }
    default: throw Unsupported("lines of \(kind) have no weak reading: declare a test function \\varphi")
    }
    return functions
  }

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
