import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// Work in phases, each cut into items that several workers share; a phase begins when the one before it is done.
///
/// Phases of a tenth of a millisecond leave no time to start tasks or to sleep, so workers wait by watching a
/// counter. Each has a share of its own, the same in every phase, which keeps its numbers in its own cache; who is
/// done with it takes from the others. So nobody waits for a worker that has not been given a processor: with more
/// workers than processors, or none but the caller, the work is done all the same.
final class PhasedWork: Sendable {
  /// A counter with a cache line of its own.
  private struct Counter: ~Copyable {
    let value = Atomic<Int>(0)
    private let padding: (SIMD16<Float>, SIMD16<Float>) = (.zero, .zero)
  }

  /// The largest number of items in a phase.
  private static let limit = 1 << 32

  let workers: Int
  /// For each worker's share, the phase it is at and how many of its items are taken: `limit * phase + taken`.
  private nonisolated(unsafe) let shares: UnsafeMutablePointer<Counter>
  /// The number of items done in all phases.
  private let done = Counter()
  private let stopped = Atomic<Bool>(false)

  /// Work for so many workers, numbered from zero.
  init(workers: Int) {
    self.workers = workers
    shares = .allocate(capacity: workers)
    for i in 0..<workers { (shares + i).initialize(to: Counter()) }
  }

  deinit {
    shares.deinitialize(count: workers)
    shares.deallocate()
  }

  /// Ends the work: whoever waits returns.
  func stop() { stopped.store(true, ordering: .relaxed) }

  /// Performs a worker's part of a phase and waits for the others' to be done.
  ///
  /// `end` is the number of items in this phase and all before it. Returns false if the work was stopped.
  @inline(__always)
  func perform(phase: Int, items: Int, end: Int, worker: Int, _ item: (Int) -> Void) -> Bool {
    var finished = 0
    for k in 0..<workers {
      let owner = (worker + k) % workers
      let share = items * owner / workers..<items * (owner + 1) / workers
      while let next = take(from: owner, in: phase, count: share.count) {
        item(share.lowerBound + next)
        finished += 1
      }
    }
    if finished > 0 { done.value.wrappingAdd(finished, ordering: .acquiringAndReleasing) }
    var spins = 0
    while done.value.load(ordering: .acquiring) < end {
      if stopped.load(ordering: .relaxed) { return false }
      spins += 1
      // Where another worker lost its processor, waiting must not keep it from getting one back.
      if spins % 512 == 0 { sched_yield() }
    }
    return !stopped.load(ordering: .relaxed)
  }

  /// The number of an item of a worker's share in a phase that is now the caller's to do, if one is left.
  @inline(__always) private func take(from owner: Int, in phase: Int, count: Int) -> Int? {
    var state = shares[owner].value.load(ordering: .relaxed)
    while true {
      let current = state / PhasedWork.limit
      let next = current < phase ? 0 : state % PhasedWork.limit
      guard current <= phase, next < count else { return nil }
      let (taken, now) = shares[owner].value.weakCompareExchange(
        expected: state, desired: PhasedWork.limit * phase + next + 1, ordering: .relaxed)
      if taken { return next }
      state = now
    }
  }
}
