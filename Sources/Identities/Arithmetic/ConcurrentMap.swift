extension Collection where Element: Sendable {
  /// The results of `transform`, in the order of the elements, with at most `width` of them under way at once.
  package func concurrentMap<Result: Sendable>(
    width: Int, _ transform: @escaping @Sendable (Element) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: count)
      for (i, element) in enumerated() {
        if i >= Swift.max(1, width), let (j, result) = try await group.next() { results[j] = result }
        group.addTask { (i, try await transform(element)) }
      }
      for try await (j, result) in group { results[j] = result }
      return results.compactMap { $0 }
    }
  }
}
