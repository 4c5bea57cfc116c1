import Testing
import TruthValues

@testable import Arithmetic
@testable import Course
@testable import Transport

/// The syllabus: generators, the equations for densities, and processes with prescribed marginals.
@Suite struct GeneratorTests {
  @Test("the two-state kernel, its generator and its law reproduce the true values and reject the wrong ones")
  func twoStates() throws {
    let truth = try TruthCase("T.S.ctmc2")
    let process = try Course.twoStates
    #expect(try truth.input("rate_0_to_1") == [process.rates[1, 0]])
    #expect(try truth.input("rate_1_to_0") == [process.rates[0, 1]])
    let (f, start) = (Vector(try truth.input("f")), Vector(try truth.input("p0")))
    let kernel = try process.kernel(after: Interval(try truth.input("t")[0])).map(\.midpoint)
    // The file lists the kernel from a state to a state: the transpose of P(y, x).
    try truth.accept(kernel.transpose.entries, for: "P_from_to")
    let image = f.indices.map { process(f, at: $0) }
    try truth.accept(image, for: "Lf")
    try truth.reject("Lf_with_transposed_Q", where: image)
    let law = (kernel * start).components
    try truth.accept(law, for: "p_t")
    try truth.reject("p_t_transposed", where: law)
  }

  @Test(
    "the three-state kernel, its generator and its law reproduce the true values and reject the wrong ones")
  func threeStates() throws {
    let truth = try TruthCase("T.S.ctmc3")
    let process = try Course.threeStates
    #expect(try truth.input("rates_to_from") == process.rates.entries)
    let (f, start) = (Vector(try truth.input("f")), Vector(try truth.input("p0")))
    let kernel = try process.kernel(after: Interval(try truth.input("t")[0])).map(\.midpoint)
    try truth.accept(kernel.entries, for: "P_to_from")
    let image = f.indices.map { process(f, at: $0) }
    try truth.accept(image, for: "Lf")
    try truth.reject("Lf_with_transposed_Q", where: image)
    let law = (kernel * start).components
    try truth.accept(law, for: "p_t")
    try truth.reject("p_t_transposed", where: law)
  }

  @Test("the probability of not being masked is the true one")
  func masking() throws {
    let truth = try TruthCase("T.S.masking")
    let left = Course.survival(try truth.input("t")[0])
    try truth.accept([left], for: "survival")
    try truth.accept([1 - left], for: "masked")
  }

  @Test("the kernel of a long time has the law that does not change in every column")
  func longTime() throws {
    let process = try Course.twoStates
    let kernel = try process.kernel(after: 64)
    for x in 0..<2 {
      #expect(kernel[0, x].contains(1.25 / 2) && kernel[1, x].contains(0.75 / 2))
    }
  }

  @Test("rates, durations and matrices that make no sense are refused, by name")
  func refusals() throws {
    #expect(throws: InvalidArgument.self) { try JumpGenerator(rates: [[0, 1], [-1, 0]]) }
    #expect(throws: InvalidArgument.self) { try JumpGenerator(rates: [[0, .nan], [1, 0]]) }
    #expect(throws: InvalidArgument.self) { try JumpGenerator(rates: [[0, 1]]) }
    #expect(throws: InvalidArgument.self) { try JumpGenerator(rates: []) }
    #expect(throws: InvalidArgument.self) { try Course.twoStates.kernel(after: -1) }
    #expect(throws: InvalidArgument.self) { try Matrix<Interval>.zero(2, 3).exponential }
    #expect(throws: InvalidArgument.self) { try Matrix([[Interval.whole]]).exponential }
  }
}
