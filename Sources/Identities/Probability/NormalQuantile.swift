import Arithmetic

// The quantiles of the normal law by three quotients of polynomials: M. J. Wichura, "Algorithm AS 241: The percentage
// points of the normal distribution" (Applied Statistics 37, 1988), whose own error is about one part in 10^16.

extension SIMD8<Double> {
  /// The numbers that a standard normal variable is below with these probabilities, each normal and in (0, 1).
  ///
  /// The error is at most 8 units in the last place where the probability is at most one half; above it the distance of
  /// the probability to one has to be exact, as it is for odd multiples of 2^-53. Plain sums, products, quotients and
  /// roots only, so every machine prints the same digits.
  @inline(__always) static func normalQuantiles(_ p: Self) -> Self {
    let q = p - 0.5
    let beyond = (1 - p).replacing(with: p, where: p .< 0.5)
    let root = nonNegativeRoot(0 - logarithm(ofNormal: beyond, minus: Self.zero))
    let tail = middleTail(root - 1.6).replacing(with: farTail(root - 5), where: root .> 5)
    let signed = tail.replacing(with: 0 - tail, where: q .< 0)
    return signed.replacing(with: q * center(0.180625 - q * q), where: q * q .<= 0.180625)
  }

  /// The quotient over `q` for probabilities within 0.425 of one half.
  @inline(__always) private static func center(_ r: Self) -> Self {
    var a = r * 2509.0809287301227 + 33430.57558358813
    a = a * r + 67265.7709270087
    a = a * r + 45921.95393154987
    a = a * r + 13731.69376550946
    a = a * r + 1971.5909503065513
    a = a * r + 133.14166789178438
    a = a * r + 3.3871328727963665
    var b = r * 5226.495278852854 + 28729.085735721943
    b = b * r + 39307.89580009271
    b = b * r + 21213.794301586597
    b = b * r + 5394.196021424751
    b = b * r + 687.1870074920579
    b = b * r + 42.31333070160091
    b = b * r + 1
    return a / b
  }

  /// The magnitude for probabilities from exp(-25) on.
  @inline(__always) private static func middleTail(_ r: Self) -> Self {
    var a = r * 0.0007745450142783414 + 0.022723844989269184
    a = a * r + 0.2417807251774506
    a = a * r + 1.2704582524523684
    a = a * r + 3.6478483247632045
    a = a * r + 5.769497221460691
    a = a * r + 4.630337846156546
    a = a * r + 1.4234371107496835
    var b = r * 1.0507500716444169e-09 + 0.0005475938084995345
    b = b * r + 0.015198666563616457
    b = b * r + 0.14810397642748008
    b = b * r + 0.6897673349851
    b = b * r + 1.6763848301838038
    b = b * r + 2.053191626637759
    b = b * r + 1
    return a / b
  }

  /// The magnitude for probabilities below exp(-25).
  @inline(__always) private static func farTail(_ r: Self) -> Self {
    var a = r * 2.0103343992922881e-07 + 2.7115555687434876e-05
    a = a * r + 0.0012426609473880784
    a = a * r + 0.026532189526576124
    a = a * r + 0.29656057182850487
    a = a * r + 1.7848265399172913
    a = a * r + 5.463784911164114
    a = a * r + 6.657904643501103
    var b = r * 2.0442631033899397e-15 + 1.421511758316446e-07
    b = b * r + 1.8463183175100548e-05
    b = b * r + 0.0007868691311456133
    b = b * r + 0.014875361290850615
    b = b * r + 0.1369298809227358
    b = b * r + 0.599832206555888
    b = b * r + 1
    return a / b
  }
}

extension Variate {
  /// The number that a standard normal variable exceeds with this probability.
  static func normalQuantile(upperTail p: Variate) -> Variate { p.map { 0 - SIMD8.normalQuantiles($0) } }
}
