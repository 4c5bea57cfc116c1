import Arithmetic
import Foundation
import Testing

@testable import Probability
@testable import Verification

/// The inverse of the normal distribution function on vectors, against values computed with 60 digits.
@Suite struct NormalQuantileTests {
  /// Probabilities and the numbers that a normal variable is below with them; mpmath 60 digits, printed to 21.
  static let truth: [(p: Double, quantile: Double)] = [
    (0x1.0000000000000p-1000, -37.1110119371647914101),
    (0x1.0000000000000p-700, -31.0112463727296522265),
    (0x1.0000000000000p-300, -20.1998566425458216977),
    (0x1.0000000000000p-100, -11.4845404349730378072),
    (0x1.0000000000000p-60, -8.77332116902755168185),
    (0x1.0000000000000p-53, -8.20953615160138685563),
    (0x1.0000000000000p-46, -7.60531213194874895464),
    (0x1.0000000000000p-40, -7.04770025666440872535),
    (0x1.0000000000000p-37, -6.75230043140701496461),
    (0x1.0000000000000p-36, -6.65103537989301054666),
    (0x1.0000000000000p-30, -6.00935356553074389318),
    (0x1.0000000000000p-20, -4.76300103426781395699),
    (0x1.0000000000000p-10, -3.09726907819878446236),
    (0x1.0000000000000p-5, -1.86273186742165145549),
    (0x1.8b8f4d4748a10p-5, -1.66170364376736505184),
    (0x1.963ccb19b4290p-5, -1.64884657337849454184),
    (0x1.e43ad95a944d0p-5, -1.5622878825654856311),
    (0x1.fac7e53a1b530p-5, -1.53932164871864916919),
    (0x1.3333185b40987p-4, -1.43953217737590058642),
    (0x1.3333333333333p-4, -1.43953147093845593495),
    (0x1.600a099950d88p-4, -1.36614280575590357247),
    (0x1.818e892f902b8p-4, -1.31574350509998935942),
    (0x1.8f135f5572038p-4, -1.29633188314441489793),
    (0x1.a61d2e44158b8p-4, -1.26433351415342862391),
    (0x1.10bdede24b65cp-3, -1.1115085252121342969),
    (0x1.80c2d1c7eaa3cp-3, -0.885766848912403180969),
    (0x1.b7b3c0f3a77acp-3, -0.790224545797122652118),
    (0x1.c4c6fcf5ed664p-3, -0.768541863396825737544),
    (0x1.ece088f105c7cp-3, -0.704172615348048832238),
    (0x1.0000000000000p-2, -0.674489750196081743202),
    (0x1.944c89a7834dep-2, -0.266769763028130606744),
    (0x1.ac355bc0d9d6ap-2, -0.206571407179294836613),
    (0x1.ad32d288f565ap-2, -0.204096141955684784948),
    (0x1.b333333333333p-2, -0.189118426272792518445),
    (0x1.dcc6941afcbbep-2, -0.0863319586189983898073),
    (0x1.fc540d2e6d77ep-2, -0.00898793500846435077585),
    (0x1.0000000000000p-1, 0.0),
    (0x1.103db5c5d62a9p-1, 0.0795962480606644322838),
    (0x1.14d4c49dbcd49p-1, 0.102161586783899131182),
    (0x1.1a22c2e71efb3p-1, 0.128305662576404188585),
    (0x1.1d03217d9af61p-1, 0.142517854540719385648),
    (0x1.1eda09df15471p-1, 0.151621473773863680213),
    (0x1.20f4e2025e06fp-1, 0.162053931045370462921),
    (0x1.21833a759295fp-1, 0.164812755140897936757),
    (0x1.244ec3c4f4381p-1, 0.178700157267549733667),
    (0x1.2474f29c77f23p-1, 0.179442172703796577307),
    (0x1.2a632bb3b93f1p-1, 0.209030697161371892771),
    (0x1.2a7e9413eed6bp-1, 0.209566450911223004966),
    (0x1.2bcc1277a099fp-1, 0.21609030549930899073),
    (0x1.3333333333333p-1, 0.253347103135799741325),
    (0x1.3ceec1e840b69p-1, 0.302879295578260701136),
    (0x1.42e16724c60b3p-1, 0.333511613304463057279),
    (0x1.5d2f7a1db505fp-1, 0.473306804489833871155),
    (0x1.6c99d1871f653p-1, 0.559562460235647504276),
    (0x1.8df0edaed60fdp-1, 0.762867410630798582798),
    (0x1.a47e025165e67p-1, 0.920230623643089520713),
    (0x1.c000000000000p-1, 1.1503493803760081783),
    (0x1.d1c4a1db208ebp-1, 1.33893025250571910029),
    (0x1.d8cd52bcec3a3p-1, 1.42860771080672231718),
    (0x1.d99999999999ap-1, 1.43953147093845622906),
    (0x1.e51823f62f847p-1, 1.6206142434821940265),
    (0x1.e54e8a5cd6871p-1, 1.62449448062862862646),
    (0x1.fe00000000000p-1, 2.66006746861745965858),
    (0x1.ffffff0000000p-1, 5.41998317491686798841),
    (0x1.ffffffffe0000p-1, 6.65103537989301054666),
    (0x1.fffffffffffffp-1, 8.20953615160138685563),
  ]

  @Test func withinEightUnits() {
    var worst = 0.0
    for (p, quantile) in Self.truth {
      let computed = SIMD8<Double>.normalQuantiles(SIMD8(repeating: p))[3]
      worst = max(
        worst, quantile == 0 ? computed.magnitude / 0x1p-1074 : (computed - quantile).magnitude / quantile.ulp
      )
    }
    #expect(worst <= 8, "\(worst)")
  }

  /// The quantile of a probability is minus that of the other side, to the bit, and it grows.
  @Test func symmetricAndIncreasing() {
    var stream = RandomStream(seed: 1, identity: "quantiles", block: 0)
    let u = (0..<4096).map { _ in stream.nextDouble() }.sorted()
    let x = u.map { SIMD8<Double>.normalQuantiles(SIMD8(repeating: $0))[0] }
    #expect(zip(x, x.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(zip(u, x).allSatisfy { SIMD8<Double>.normalQuantiles(SIMD8(repeating: 1 - $0))[0] == -$1 })
  }

  /// Across the seams of the three quotients nothing jumps by more than the errors and the distance allow.
  @Test(arguments: [0.075, 0.925, 1.3887943864964021e-11]) func seams(p: Double) {
    let (below, above) = (p.nextDown.nextDown, p.nextUp.nextUp)
    let x = [below, above].map { SIMD8<Double>.normalQuantiles(SIMD8(repeating: $0))[0] }
    // The density at the point, at least p times the magnitude, bounds the slope.
    let slope = 1 / (min(p, 1 - p) * x[0].magnitude)
    #expect((x[1] - x[0]).magnitude <= slope * (above - below) + 16 * x[0].ulp)
  }
}
