import Foundation

/// A number with its sign and one decimal.
func signed(_ number: Double) -> String { String(format: "%+.1f", number) }

/// A number with so many decimals.
func fixed(_ number: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", number) }

/// A small number, with two digits.
func small(_ number: Double) -> String { String(format: "%.1e", number) }
