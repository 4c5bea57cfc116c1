/// An optimal plan without regularisation, with the potentials that prove it.
public struct ExactPlan: Sendable {
  /// The least cost: the sum of mass times cost over the plan.
  public let cost: Double
  /// The dual value, the sum of weights times potentials; equal to the cost up to rounding, and never above it but by
  /// that.
  public let dualValue: Double
  /// The pairs that carry mass.
  public let pairs: [(from: Int, to: Int, mass: Double)]
}

extension EntropicTransport {
  /// The same problem at epsilon zero, solved exactly: a yardstick for small sets.
  ///
  /// Mass is sent along shortest paths of the residual graph, one source after the other; the work grows with the
  /// cube of the number of points, a second at about a thousand.
  public func exact() -> ExactPlan {
    var flow = ShortestPathFlow(from: from, to: to, cost: cost)
    for i in 0..<from.count { flow.empty(source: i) }
    let pairs = flow.flows.enumerated().flatMap { j, list in list.map { (from: $0.row, to: j, mass: $0.mass) }
    }
    return ExactPlan(
      cost: pairs.reduce(0) { $0 + $1.mass * flow.costs($1.from)[$1.to] },
      dualValue: zip(from.weights, flow.u).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(to.weights, flow.v).reduce(0) { $0 + $1.0 * $1.1 },
      pairs: pairs)
  }
}

/// Flow from sources to sinks under potentials that make every reduced cost non-negative, and zero where mass flows.
private struct ShortestPathFlow {
  let from: WeightedPoints
  let to: WeightedPoints
  let cost: TransportCost
  var supply: [Double]
  var demand: [Double]
  var u: [Double]
  var v: [Double]
  /// For every sink the sources that send to it.
  var flows: [[(row: Int, mass: Double)]]

  init(from: WeightedPoints, to: WeightedPoints, cost: TransportCost) {
    (self.from, self.to, self.cost) = (from, to, cost)
    (supply, demand) = (from.weights, to.weights)
    u = [Double](repeating: 0, count: from.count)
    v = [Double](repeating: 0, count: to.count)
    flows = Array(repeating: [], count: to.count)
  }

  /// The costs from one source to every sink.
  func costs(_ i: Int) -> [Double] {
    var squares = [Double](repeating: 0, count: to.count)
    for (x, y) in zip(from.columns, to.columns) {
      for j in squares.indices { squares[j] += (x[i] - y[j]) * (x[i] - y[j]) }
    }
    return squares.map { cost.at(squaredDistance: $0) }
  }

  /// Sends what a source has, along one shortest path after the other.
  mutating func empty(source: Int) {
    // What rounding leaves over is not worth a path.
    while supply[source] > 16 * Double.ulpOfOne * from.weights[source], augment(source) {}
  }

  /// Sends mass along the shortest path to a sink with demand left; says whether there was one.
  private mutating func augment(_ source: Int) -> Bool {
    var distance = [Double](repeating: .infinity, count: to.count)
    var before = [Int](repeating: source, count: to.count)
    var rowDistance = [Double](repeating: .infinity, count: from.count)
    var rowBefore = [Int](repeating: -1, count: from.count)
    var isDone = [Bool](repeating: false, count: to.count)
    func relax(_ i: Int, _ distance: inout [Double], _ before: inout [Int]) {
      let reach = rowDistance[i] - u[i]
      for (j, c) in costs(i).enumerated() where !isDone[j] && reach + c - v[j] < distance[j] {
        (distance[j], before[j]) = (reach + c - v[j], i)
      }
    }
    rowDistance[source] = 0
    relax(source, &distance, &before)
    while true {
      guard let j = distance.indices.filter({ !isDone[$0] }).min(by: { distance[$0] < distance[$1] }) else {
        return false
      }
      if demand[j] > 0 {
        for k in isDone.indices where isDone[k] { v[k] -= distance[j] - distance[k] }
        for i in u.indices where rowDistance[i] < .infinity { u[i] += distance[j] - rowDistance[i] }
        send(source, to: j, before, rowBefore)
        return true
      }
      isDone[j] = true
      for (i, _) in flows[j] where rowDistance[i] == .infinity {
        (rowDistance[i], rowBefore[i]) = (distance[j], j)
        relax(i, &distance, &before)
      }
    }
  }

  private mutating func send(_ source: Int, to sink: Int, _ before: [Int], _ rowBefore: [Int]) {
    var amount = min(supply[source], demand[sink])
    var j = sink
    while before[j] != source {
      let i = before[j]
      j = rowBefore[i]
      amount = min(amount, flows[j].first { $0.row == i }?.mass ?? 0)
    }
    supply[source] -= amount
    demand[sink] -= amount
    j = sink
    while true {
      let i = before[j]
      if let k = flows[j].firstIndex(where: { $0.row == i }) {
        flows[j][k].mass += amount
      } else {
        flows[j].append((i, amount))
      }
      if i == source { return }
      j = rowBefore[i]
      if let k = flows[j].firstIndex(where: { $0.row == i }) {
        flows[j][k].mass -= amount
        if flows[j][k].mass <= 0 { flows[j].remove(at: k) }
      }
    }
  }
}
