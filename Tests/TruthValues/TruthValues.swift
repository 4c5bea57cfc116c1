import Foundation
import Testing

/// Values to some thirty digits, computed apart from this package by two routes each.
///
/// `truth.json` holds, for each case, its inputs, the expected values, how they were computed, the tolerance that
/// double precision can be held to, and wrong variants: values that a test must reject.
public struct TruthCase {
  private let id: String
  private let fields: [String: Any]

  /// The case of a name, such as `T.II.1.mix1d.a`.
  public init(_ id: String) throws {
    guard let url = Bundle.module.url(forResource: "truth", withExtension: "json"),
      let file = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any],
      let cases = file["cases"] as? [[String: Any]],
      let fields = cases.first(where: { $0["id"] as? String == id })
    else { throw Missing(what: "case \(id)") }
    (self.id, self.fields) = (id, fields)
  }

  /// The relative tolerance that the case is to be reproduced to.
  public var tolerance: Double {
    get throws { try Self.numbers(fields["suggested_rel_tol_double"], "tolerance")[0] }
  }

  /// An expected value, its components in order.
  public func expected(_ name: String) throws -> [Double] { try value("expected", name) }

  /// An input, its components in order.
  public func input(_ name: String) throws -> [Double] { try value("inputs", name) }

  /// A value that a test must reject, its components in order.
  public func wrong(_ name: String) throws -> [Double] { try value("wrong_variants", name) }

  /// Fails a test unless `values` are the expected ones, to the case's tolerance relative to the largest of them.
  public func accept(
    _ values: [Double], for name: String, at place: SourceLocation = #_sourceLocation
  ) throws {
    try judge(values, name, expected(name), mustAgree: true, place)
  }

  /// Fails a test unless `values` differ from the expected ones: a wrong formula gives them.
  public func refuse(
    _ values: [Double], for name: String, at place: SourceLocation = #_sourceLocation
  ) throws {
    try judge(values, name, expected(name), mustAgree: false, place)
  }

  /// Fails a test unless `values` differ from a wrong variant by more than the case's tolerance.
  public func reject(
    _ name: String, where values: [Double], at place: SourceLocation = #_sourceLocation
  ) throws {
    try judge(values, name, wrong(name), mustAgree: false, place)
  }

  /// Fails a test unless `values`, which a wrong formula gives, are the wrong variant.
  public func reproduce(
    _ name: String, where values: [Double], at place: SourceLocation = #_sourceLocation
  ) throws {
    try judge(values, name, wrong(name), mustAgree: true, place)
  }

  private func judge(
    _ values: [Double], _ name: String, _ truth: [Double], mustAgree: Bool, _ place: SourceLocation
  ) throws {
    let tolerance = try tolerance
    guard Self.agree(values, truth, within: tolerance) != mustAgree else { return }
    let says = mustAgree ? "must be within" : "must differ by more than"
    Issue.record(
      "\(id), \(name): \(values) \(says) \(tolerance) of the largest from \(truth)", sourceLocation: place)
  }

  private static func agree(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
    let scale = (a + b).reduce(0) { max($0, $1.magnitude) }
    return a.count == b.count && zip(a, b).allSatisfy { ($0 - $1).magnitude <= tolerance * scale }
  }

  private func value(_ part: String, _ name: String) throws -> [Double] {
    guard let part = fields[part] as? [String: Any] else { throw Missing(what: part) }
    return try Self.numbers(part[name], name)
  }

  /// The numbers of a JSON value in reading order; they are written as strings to keep their digits.
  private static func numbers(_ value: Any?, _ name: String) throws -> [Double] {
    if let list = value as? [Any] { return try list.flatMap { try numbers($0, name) } }
    if let text = value as? String, let number = Double(text) { return [number] }
    if let number = value as? NSNumber { return [number.doubleValue] }
    throw Missing(what: name)
  }

  /// Something that the file of truths does not have.
  public struct Missing: Error, CustomStringConvertible {
    let what: String
    /// A short text for a person.
    public var description: String { "truth.json has no \(what)" }
  }
}
