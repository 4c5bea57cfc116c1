/// Writes LaTeX in another way that says the same.
struct Respelling {
  var random: SplitMix
  /// How brackets are sized throughout.
  private var sizes = ("", "")

  init(seed: UInt64) { random = SplitMix(state: seed) }

  private mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &random) == 0 }

  mutating func respelled(_ text: String) -> String {
    sizes =
      [("", ""), (#"\left"#, #"\right"#), (#"\bigl"#, #"\Bigr"#), (#"\big"#, #"\Bigg"#)]
      .randomElement(using: &random) ?? sizes
    var pieces = Self.pieces(text)
    var result = ""
    // The letters of a name in braces stay as they are.
    var isVerbatim = false
    for (k, piece) in pieces.enumerated() {
      let last = k > 0 ? pieces[k - 1] : ""
      if piece == "{", [#"\begin"#, #"\end"#, #"\operatorname"#, #"\mathrm"#].contains(last) {
        isVerbatim = true
      }
      if isVerbatim {
        result += piece
        if piece == "}" { isVerbatim = false }
        continue
      }
      if result.last?.isLetter == true, Self.isCommand(last), piece.first!.isLetter { result += " " }
      if chance(4) { result += [" ", "  ", "\n"].randomElement(using: &random) ?? "" }
      let isInNumber = "0123456789.".contains(piece.first!) && "0123456789.".contains(last.suffix(1))
      if chance(6), !isInNumber, !["^", "_"].contains(last), piece != "'" {
        result += [#"\,"#, #"\;"#, "~", #"\! "#, #"\quad "#].randomElement(using: &random) ?? ""
      }
      result += respelledPiece(piece, after: last)
    }
    pieces = []
    return result
  }

  private mutating func respelledPiece(_ piece: String, after last: String) -> String {
    switch piece {
    case "(", "[": return sizes.0 + piece
    case ")", "]": return sizes.1 + piece
    case #"\tfrac"#, #"\frac"#:
      return [#"\frac"#, #"\dfrac"#, #"\tfrac"#].randomElement(using: &random) ?? piece
    case #"\log"#: return chance(2) ? #"\ln"# : piece
    case _ where piece.count == 1 && (piece.first!.isLetter || piece.first!.isNumber):
      if last == "^" || last == "_" { return chance(2) ? "{" + piece + "}" : piece }
      return piece.first!.isLetter && !"de".contains(piece) && chance(5) ? "{" + piece + "}" : piece
    default: return piece
    }
  }

  private static func isCommand(_ piece: String) -> Bool { piece.count > 1 && piece.first == "\\" }

  /// Commands and characters, spaces left out.
  static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    let characters = Array(text)
    var i = 0
    while i < characters.count {
      var piece = String(characters[i])
      i += 1
      if piece == "\\", i < characters.count {
        piece.append(characters[i])
        i += 1
        if piece.last!.isLetter {
          while i < characters.count, characters[i].isLetter {
            piece.append(characters[i])
            i += 1
          }
        }
      }
      if piece != " " { pieces.append(piece) }
    }
    return pieces
  }
}
