import Synchronization

/// Where operators that cannot throw report shapes that do not fit.
///
/// Inside a check the report becomes the reason why the check is inconclusive, and the operator goes on with the
/// field's mark of failure; anywhere else it is an error of the program, and stops it.
package enum Misuse {
  /// The reports of one case of a check, of which the first counts.
  package final class Log: Sendable {
    private let first = Mutex<InvalidArgument?>(nil)
    package init() {}
    package var report: InvalidArgument? { first.withLock { $0 } }
    package func add(_ report: InvalidArgument) { first.withLock { $0 = $0 ?? report } }
  }

  @TaskLocal package static var log: Log?

  /// Notes that an argument does not fit.
  package static func report(_ argument: String, is value: String, expected: String) {
    let report = InvalidArgument(argument, is: value, expected: expected)
    guard let log else { preconditionFailure("\(report)") }
    log.add(report)
  }
}

extension Field {
  /// The field's mark of failure.
  static var failure: Self { (1 as Self) / (0 as Self) }
}
