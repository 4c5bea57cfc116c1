/// The letters and accents of the notation, as they are printed.
enum Alphabet {
  /// The commands that are one letter or sign, with its character.
  static let letters: [String: String] = [
    #"\alpha"#: "α", #"\beta"#: "β", #"\gamma"#: "γ", #"\delta"#: "δ", #"\epsilon"#: "ϵ",
    #"\varepsilon"#: "ε",
    #"\zeta"#: "ζ", #"\eta"#: "η", #"\theta"#: "θ", #"\vartheta"#: "ϑ", #"\iota"#: "ι", #"\kappa"#: "κ",
    #"\lambda"#: "λ", #"\mu"#: "μ", #"\nu"#: "ν", #"\xi"#: "ξ", #"\pi"#: "π", #"\varpi"#: "ϖ", #"\rho"#: "ρ",
    #"\varrho"#: "ϱ", #"\sigma"#: "σ", #"\varsigma"#: "ς", #"\tau"#: "τ", #"\upsilon"#: "υ", #"\phi"#: "ϕ",
    #"\varphi"#: "φ", #"\chi"#: "χ", #"\psi"#: "ψ", #"\omega"#: "ω", #"\Gamma"#: "Γ", #"\Delta"#: "Δ",
    #"\Theta"#: "Θ", #"\Lambda"#: "Λ", #"\Xi"#: "Ξ", #"\Pi"#: "Π", #"\Sigma"#: "Σ", #"\Upsilon"#: "Υ",
    #"\Phi"#: "Φ", #"\Psi"#: "Ψ", #"\Omega"#: "Ω", #"\ell"#: "ℓ", #"\hbar"#: "ℏ", #"\imath"#: "ı",
    #"\jmath"#: "ȷ",
  ]

  /// The accents, with the character that stands above a letter.
  static let accents: [String: String] = [
    #"\hat"#: "^", #"\widehat"#: "^", #"\bar"#: "¯", #"\overline"#: "¯", #"\tilde"#: "~", #"\widetilde"#: "~",
    #"\dot"#: "˙", #"\ddot"#: "¨", #"\vec"#: "→", #"\check"#: "ˇ", #"\breve"#: "˘",
  ]
}
