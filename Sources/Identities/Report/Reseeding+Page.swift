import Verification

extension Reseeding {
  /// The table as a page of Markdown.
  public var markdown: String {
    var page = """
      # Reseeding

      Made by `swift run verify reseed \(seeds)`: every statistical check was run with \(seeds) seeds, on
      \(samples) samples a case. The p-values of a true line are uniform; each component's are tested for that
      with the statistic of Kolmogorov and Smirnov. The least probability of a fit is \(leastFit.short); below
      \(threshold.short), the level \(Self.level.short) shared among the fits, one would be called wrong. False
      refutations are counted at the error budget of a run: \(falseRefutations) in all.

      | Identity | Check | Comparison | Seeds | Distance | Probability | False refutations |
      | --- | --- | --- | ---: | ---: | ---: | ---: |

      """
    for entry in entries {
      let place = "\(Self.cell(entry.identity)) | \(Self.cell("\(entry.check); \(entry.caseLabel)"))"
      if entry.pValues.isEmpty {
        page += "| \(place) | \(entry.line) | \(seeds) | | | \(entry.falseRefutations) |\n"
      }
      for (j, fit) in entry.fits.enumerated() {
        let component = entry.pValues.count == 1 ? "" : ", component \(j + 1)"
        page += "| \(place) | \(entry.line)\(component) | \(seeds) | \(fit.distance.short) | "
        page += "\(fit.pValue.short) | \(entry.falseRefutations) |\n"
      }
    }
    return page
  }

  /// A text that can stand in a cell: a bar would end it, and a dollar sign would begin a formula.
  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "&#124;").replacing("$", with: "&#36;")
  }
}
