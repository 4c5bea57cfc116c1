import Arithmetic
import Foundation

/// A folder of finished work, so that a run that was interrupted continues where it was.
///
/// An entry is found by everything it depends on. What cannot be read, or is not what was written, counts as missing:
/// it is computed again.
public struct StudyCache: Sendable {
  /// The folder.
  public let folder: String

  /// A cache in a folder, which is created when something is kept.
  public init(folder: String) { self.folder = folder }

  /// What is kept under a key, if it is there and undamaged.
  func bytes(for key: String) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path(of: key)) else { return nil }
    let bytes = [UInt8](data)
    let head = Array((key + "\n").utf8)
    // The key itself stands first, so that two keys with one name of a file are told apart; a checksum stands last.
    guard bytes.count >= head.count + 8, bytes.starts(with: head),
      Array(bytes.suffix(8)) == Self.checksum(bytes.dropLast(8))
    else { return nil }
    return Array(bytes[head.count..<(bytes.count - 8)])
  }

  /// Keeps something under a key; throws `InvalidArgument` where the folder cannot be written.
  func keep(_ content: [UInt8], for key: String) throws {
    let bytes = Array((key + "\n").utf8) + content
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      // Atomically: an interruption leaves the old file or the new one, never a half.
      try Data(bytes + Self.checksum(bytes[...])).write(
        to: URL(fileURLWithPath: path(of: key)), options: .atomic)
    } catch {
      throw InvalidArgument("cache", is: folder, expected: "a folder that can be written: \(error)")
    }
  }

  func path(of key: String) -> String {
    let name = Self.checksum(Array(key.utf8)[...]).map {
      let digits = String($0, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
    return folder + "/" + name
  }

  /// The hash of Fowler, Noll and Vo (1a), which every changed byte changes.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
  }
}
