/// Breaks texts at random, as a slip of the hand or a hostile author would.
struct RandomSlips {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  private mutating func below(_ n: Int) -> Int { Int.random(in: 0..<max(1, n), using: &random) }

  /// A text broken at one to four places; `other` gives what is spliced in.
  mutating func broken(_ text: String, _ other: String) -> String {
    var pieces = Respelling.pieces(text)
    let others = Respelling.pieces(other)
    for _ in 0...below(3) {
      guard !pieces.isEmpty else { return Self.pieces[below(Self.pieces.count)] }
      let i = below(pieces.count)
      switch below(9) {
      case 0, 1: pieces.remove(at: i)
      case 2: pieces.insert(pieces[i], at: i)
      case 3: if i + 1 < pieces.count { pieces.swapAt(i, i + 1) }
      case 4: pieces[i] = Self.pieces[below(Self.pieces.count)]
      case 5: pieces.insert(Self.pieces[below(Self.pieces.count)], at: i)
      case 6: pieces.removeSubrange(i...)
      case 7: pieces.replaceSubrange(i..<min(pieces.count, i + 1 + below(6)), with: others.prefix(below(8)))
      default: pieces.insert(contentsOf: others.suffix(below(12)), at: i)
      }
    }
    // Now and then, spaces are lost between a command and a letter too.
    let separator = below(8) == 0 ? "" : " "
    return pieces.joined(separator: separator)
  }

  static let pieces: [String] =
    #"""
    a c t s d T x y v z A B H G r i u h f V q b e 0 1 2 9 . , ; : ! ' ' * / + - = < > ( ) [ ] { } | | ^ _ ^ _ & % ~ # $ @
    é ∫ \ \\ \, \! \; \% \{ \} \| \lvert \rvert \left \right \bigl \bigr \big \frac \tfrac \sqrt \exp \log \sin \cos
    \nabla \nabla\cdot \Delta \partial \partial_t \dot \ddot \hat \bar \tilde \int \int_0^1 dx dt \sum \sum_{i=1}^2 \prod
    \prod_{i=1}^2 \lim \lim_{u\to0} \to \infty \mathbb \mathbb{E} \mathbb{E}[ \mid \mathrm \mathrm{Var} \operatorname
    \operatorname{tr} \operatorname{Cov}( \det \pi \top ^\top ^{-1} ^{-\top} _1 _{12} ^2 \cdot \times \otimes \pm \begin
    \begin{pmatrix} \end{pmatrix} \end & \\ \text \text{a} \rho \rho_t \gamma \sigma \sigma^2 x_t \hat{b} \beta \Sigma
    \frac{d}{dt} \frac{\partial f}{\partial x} \frac1 }{ )( ]_{t=0} '' \prime \ell \theta \mathbb{R} \quad
    """#.split(whereSeparator: \.isWhitespace).map(String.init) + [
      "\u{0}", "\u{301}", "\r\n", "👩‍👧", "\u{a0}", "١",
    ]
}
