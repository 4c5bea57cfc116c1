#if canImport(Glibc)
  import Glibc
#endif

/// Memory that is kept for the next block of samples.
enum HeldMemory {
  /// Asks the allocator, once for the process, to keep up to a quarter of a gigabyte that is free.
  ///
  /// Every operator of a `Variate` allocates a block and frees it soon. By default the C library of Linux returns the
  /// memory to the system as often, and the system clears the pages anew: a fifth of the time of a simulation.
  static let isAskedFor: Void = {
    #if canImport(Glibc)
      // By name, because Swift's module of the library leaves `malloc.h` out.
      guard let address = dlsym(nil, "mallopt") else { return }
      let set = unsafeBitCast(address, to: (@convention(c) (CInt, CInt) -> CInt).self)
      let (trimThreshold, mapThreshold) = (-1 as CInt, -3 as CInt)
      _ = set(trimThreshold, 1 << 28)
      // Setting one limit fixes the other too, which else rises to this number by itself.
      _ = set(mapThreshold, 1 << 25)
    #endif
  }()
}
