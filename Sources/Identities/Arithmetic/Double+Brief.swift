extension Double {
  /// The shortest text that reads back as this number, without a trailing `.0`.
  public var brief: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
