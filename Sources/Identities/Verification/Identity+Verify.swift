extension Identity {
  /// Runs every check and throws `UnexpectedVerdict` unless the verdict is the expected one.
  ///
  /// This is the one call that a test of an identity needs; what it throws says which line broke, in which case, and
  /// how to run that case again.
  @discardableResult
  public func verify(with verifier: Verifier? = nil) async throws -> IdentityResult {
    let result = try await (verifier ?? Verifier()).verify(self)
    guard result.asExpected else { throw UnexpectedVerdict(result: result) }
    return result
  }
}

/// An identity whose verdict is not the expected one.
public struct UnexpectedVerdict: Error, CustomStringConvertible {
  /// What its checks found.
  public let result: IdentityResult

  /// The verdict, and for each check the line and the case at fault.
  public var description: String {
    let expected = result.identity.expectation == .holds ? "verified" : "refuted by every check"
    return (["\(result.identity.id) is \(result.verdict); expected \(expected)"] + result.complaints)
      .joined(separator: "\n")
  }
}
