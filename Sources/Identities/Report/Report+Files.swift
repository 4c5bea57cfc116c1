import Arithmetic
import Foundation
import Verification

extension Report {
  /// Writes the report below a directory, which it creates if need be.
  ///
  /// Every file is written beside its place first and only then moved there, so that a run that is interrupted
  /// leaves the old report whole. A page or figure of an earlier report that this one does not have is removed.
  /// Throws `InvalidArgument` naming the path that cannot be written.
  public func write(to directory: String) throws {
    let files = try files(in: directory)
    try Self.write(files, to: directory) { try Task.checkCancellation() }
    for path in Self.leftovers(in: directory, besides: files) { remove(directory + "/" + path) }
  }

  /// Writes the run as data to a file, whole or not at all.
  public func writeData(to path: String) throws {
    let path = path as NSString
    let (folder, name) = (path.deletingLastPathComponent, path.lastPathComponent)
    try Self.write([ReportFile(path: name, text: try data.json())], to: folder.isEmpty ? "." : folder)
  }

  /// Throws `InvalidArgument` naming the path unless a file can be written there.
  ///
  /// A long run asks before it begins.
  public static func requireWritable(_ path: String) throws {
    try attempt(path) {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      try Data().write(to: URL(fileURLWithPath: path + ".partial"))
      remove(path + ".partial")
    }
  }

  /// Writes files; `beforeMoving` may still stop it without a trace.
  package static func write(
    _ files: [ReportFile], to directory: String, beforeMoving: () throws -> Void = {}
  ) throws {
    var waiting: [(partial: String, final: String)] = []
    do {
      for file in files {
        let final = directory + "/" + file.path
        let partial = final + ".partial"
        try attempt(final) {
          try FileManager.default.createDirectory(
            atPath: (final as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
          waiting.append((partial, final))
          try Data(file.text.utf8).write(to: URL(fileURLWithPath: partial))
        }
      }
      try beforeMoving()
    } catch {
      for file in waiting { remove(file.partial) }
      throw error
    }
    for file in waiting {
      guard rename(file.partial, file.final) == 0 else {
        for file in waiting { remove(file.partial) }
        throw unwritable(file.final)
      }
    }
  }

  /// The pages and figures in a directory that a report wrote and this one does not have.
  static func leftovers(in directory: String, besides files: [ReportFile]) -> [String] {
    let current = Set(files.map(\.path))
    return [pageFolder, figureFolder].flatMap { folder in
      let names = FileManager.default.enumerator(atPath: directory + "/" + folder)?.allObjects as? [String]
      return (names ?? []).sorted().map { folder + "/" + $0 }
    }.filter { path in
      guard !current.contains(path), path.hasSuffix(".md") || path.hasSuffix(".svg") else { return false }
      return text(at: directory + "/" + path)?.hasPrefix(mark) ?? false
    }
  }

  /// The text of a file; nil where it cannot be read.
  package static func text(at path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func attempt(_ path: String, _ work: () throws -> Void) throws {
    do { try work() } catch { throw unwritable(path) }
  }

  private static func unwritable(_ path: String) -> InvalidArgument {
    InvalidArgument("output", is: path, expected: "a path that can be written")
  }
}

extension Report {
  /// Where a directory holds something else than the report.
  public struct Difference: Sendable, CustomStringConvertible {
    /// The file, from the directory.
    public let path: String
    /// The number of the first line that differs, from one; nil where the file is missing or not the report's.
    public let line: Int?
    /// What the file says there.
    public let found: String
    /// What the report says there.
    public let expected: String

    /// The difference in words, for a person who has to put it right.
    public var description: String {
      guard let line else { return "\(path): \(found); \(expected)" }
      return "\(path), line \(line)\n  has      \(found)\n  expected \(expected)"
    }
  }

  /// Compares the report, byte for byte, with what a directory holds.
  public func check(against directory: String) throws -> [Difference] {
    let files = try files(in: directory)
    let differences = files.compactMap { file -> Difference? in
      guard let found = Self.text(at: directory + "/" + file.path) else {
        return Difference(
          path: file.path, line: nil, found: "the file is missing", expected: "`swift run verify` writes it")
      }
      guard Array(found.utf8) != Array(file.text.utf8) else { return nil }
      let (ours, theirs) = (Self.lines(file.text), Self.lines(found))
      let first =
        zip(ours, theirs).enumerated().first { Array($1.0.utf8) != Array($1.1.utf8) }?.offset
        ?? min(ours.count, theirs.count)
      func line(_ lines: [String]) -> String { first < lines.count ? lines[first] : "the end of the file" }
      return Difference(path: file.path, line: first + 1, found: line(theirs), expected: line(ours))
    }
    let leftovers = Self.leftovers(in: directory, besides: files).map {
      Difference(path: $0, line: nil, found: "the report has no such file", expected: "it should be removed")
    }
    return differences + leftovers
  }

  private static func lines(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String($0) ?? "?" }
  }
}

extension Reseeding {
  /// Writes the table as the report's appendix, `docs/verification/reseeding.md` below a directory.
  ///
  /// Throws `InvalidArgument` where it cannot be written.
  public func write(to directory: String) throws {
    try Report.write([ReportFile(path: Report.appendix, text: markdown)], to: directory)
  }
}

extension TailStudy {
  /// Writes the table as the report's appendix, `docs/verification/tails.md` below a directory.
  ///
  /// Throws `InvalidArgument` where it cannot be written.
  public func write(to directory: String) throws {
    try Report.write([ReportFile(path: Report.tails, text: markdown)], to: directory)
  }
}
