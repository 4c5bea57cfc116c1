@testable import Formulas

extension Formula {
  /// The tree as text, with the head of each node before its arguments.
  var shape: String {
    let (word, isLeaf) = head.word
    return isLeaf && arguments.isEmpty
      ? word : "(" + ([word] + arguments.map(\.shape)).joined(separator: " ") + ")"
  }
}

extension Head {
  fileprivate var word: (String, isLeaf: Bool) {
    switch self {
    case .number(let n, over: 1): ("\(n)", true)
    case .number(let n, let denominator): ("\(n)/\(denominator)", true)
    case .pi: ("pi", true)
    case .infinity: ("oo", true)
    case .name(let name): (name, true)
    case .application(let name, let order):
      (name + (order.contains { $0 > 0 } ? order.map(String.init).joined(separator: ",") : "") + "@", false)
    case .function(let function): (function.rawValue, false)
    case .sum: ("+", false)
    case .negative: ("-", false)
    case .product: ("*", false)
    case .dot: ("dot", false)
    case .outer: ("outer", false)
    case .contraction: (":", false)
    case .quotient(let isSlash): (isSlash ? "/" : "frac", false)
    case .power: ("^", false)
    case .transpose: ("T", false)
    case .inverse: ("inv", false)
    case .trace: ("tr", false)
    case .determinant: ("det", false)
    case .norm: ("norm", false)
    case .component: ("at", false)
    case .at(let variable): ("at-\(variable)", false)
    case .partial(let variable): ("d-\(variable)", false)
    case .gradient(let variable): ("grad-\(variable)", false)
    case .divergence(let variable): ("div-\(variable)", false)
    case .laplacian(let variable): ("lap-\(variable)", false)
    case .hessian(let variable): ("hess-\(variable)", false)
    case .integral(let variable): ("int-\(variable)", false)
    case .summation(let index): ("sum-\(index)", false)
    case .productOver(let index): ("prod-\(index)", false)
    case .limit(let variable, let side): ("lim-\(variable)" + (side > 0 ? "+" : side < 0 ? "-" : ""), false)
    case .expectation(let law): ("E" + (law.map { "-" + $0 } ?? ""), false)
    case .conditionalExpectation: ("E|", false)
    case .variance: ("Var", false)
    case .covariance: ("Cov", false)
    case .divergenceOfLaws: ("KL", false)
    case .tuple: ("tuple", false)
    case .entries(let rows, let columns): ("\(rows)x\(columns)", false)
    case .identity(let n): ("I\(n)", true)
    }
  }
}
