import Identities
import Learning
import Testing

@Suite struct PerceptronTests {
  @Test func startsWithinItsBounds() throws {
    let network = try Perceptron(inputs: 3, outputs: 2, width: 128, layers: 4, seed: 1)
    #expect(network.parameters.count == 4 * 128 + 2 * 129 * 128 + 129 * 2)
    let first = network.parameters.prefix(4 * 128)
    #expect(first.allSatisfy { $0.magnitude < 1 / Float(3).squareRoot() })
    #expect(network.parameters.dropFirst(4 * 128).allSatisfy { $0.magnitude < 1 / Float(128).squareRoot() })
    #expect(Set(network.parameters).count > network.parameters.count * 99 / 100)
    #expect(try Perceptron(inputs: 3, outputs: 2, seed: 1) == network)
    #expect(try Perceptron(inputs: 3, outputs: 2, seed: 2) != network)
  }

  @Test func refusesNonsense() throws {
    for (argument, sizes) in [
      ("inputs", [0, 1, 1, 1]), ("outputs", [1, -1, 1, 1]), ("width", [1, 1, 0, 1]),
      ("layers", [1, 1, 1, 0]),
      ("inputs", [.max, 1, 1, 1]), ("width", [1, 1, 1 << 14, 1 << 14]),
    ] {
      let error = #expect(throws: InvalidArgument.self) {
        try Perceptron(inputs: sizes[0], outputs: sizes[1], width: sizes[2], layers: sizes[3], seed: 1)
      }
      #expect(error?.argument == argument)
    }
    #expect(throws: InvalidArgument.self) {
      try Perceptron(inputs: 1, outputs: 1, width: 1, layers: 1, parameters: [1])
    }
    let error = #expect(throws: InvalidArgument.self) {
      try Perceptron(inputs: 1, outputs: 1, width: 1, layers: 1, parameters: [1, .nan])
    }
    #expect(error?.argument == "parameters[1]")
    let network = try Perceptron(inputs: 2, outputs: 1, seed: 1)
    #expect(throws: InvalidArgument.self) { try network.evaluate([[1]]) }
    #expect(throws: InvalidArgument.self) { try network.evaluate([[1], [1, 2]]) }
    #expect(throws: InvalidArgument.self) { try network.evaluate([[1], [1]], at: 0.5) }
    #expect(try network.evaluate([[], []]) == [[]])
  }

  @Test func survivesAsBytes() throws {
    let network = try Perceptron(inputs: 3, outputs: 2, width: 5, layers: 3, seed: 1)
    #expect(try Perceptron(bytes: network.bytes) == network)
    // On another machine, in another year: the format is fixed.
    let small = try Perceptron(inputs: 1, outputs: 1, width: 1, layers: 1, parameters: [1, -2])
    let expected: [UInt8] =
      Array("Perceptron 1\n".utf8) + (0..<4).flatMap { _ in [1, 0, 0, 0, 0, 0, 0, 0] as [UInt8] }
      + [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]
    #expect(small.bytes.dropLast(8) == expected[...])
  }

  @Test func damagedBytesAreRefused() throws {
    let bytes = try Perceptron(inputs: 3, outputs: 2, width: 5, layers: 3, seed: 1).bytes
    for k in bytes.indices {
      var damaged = bytes
      damaged[k] ^= 1 << (k % 8)
      #expect(throws: InvalidArgument.self) { try Perceptron(bytes: damaged) }
    }
    for length in 0..<bytes.count {
      #expect(throws: InvalidArgument.self) { try Perceptron(bytes: Array(bytes[..<length])) }
    }
    #expect(throws: InvalidArgument.self) { try Perceptron(bytes: bytes + [0]) }
  }
}
