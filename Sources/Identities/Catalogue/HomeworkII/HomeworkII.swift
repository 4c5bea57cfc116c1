import Arithmetic
import Verification

/// The second homework, on interpolants with unusual paths, latent variables and diffusion coefficients.
public enum HomeworkII {
  /// The problems, in the document's order; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        try problem1,
        try problem2,
        try problem3,
        try problem4,
        try problem5,
      ]
    }
  }
}
