extension Formula {
  /// The formula as LaTeX.
  public func latex(in notation: Notation) -> String { "\(head) \(arguments.map { $0.latex(in: notation) })" }
}
