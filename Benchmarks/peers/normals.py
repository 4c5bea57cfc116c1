"""Random numbers a second of NumPy's generators on one thread, into one reused buffer; see Sources/bench.

Run: python3 normals.py [repetitions]. Needs NumPy.
"""

import statistics
import sys
import time

import numpy as np

REPETITIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
LENGTH, REQUESTS = 8192, 512


def rates(request, buffer):
    found = []
    for _ in range(REPETITIONS + 1):
        start = time.perf_counter()
        for _ in range(REQUESTS):
            request(buffer)
        found.append(LENGTH * REQUESTS / (time.perf_counter() - start) / 1e6)
    return found[1:]  # The first repetition warms the processor up.


print(f"NumPy {np.__version__}, millions a second:".ljust(46), "median  slowest  fastest")
for name, method in [("normals", "standard_normal"), ("exponentials", "standard_exponential"), ("uniforms", "random")]:
    for dtype in (np.float32, np.float64):
        for source in (np.random.SFC64, np.random.PCG64, np.random.Philox):
            fill = getattr(np.random.Generator(source(1)), method)
            found = rates(lambda out: fill(dtype=dtype, out=out), np.empty(LENGTH, dtype))
            label = f"{name}, {dtype.__name__}, {source.__name__}"
            print(label.ljust(46), *(f"{f(found):7.0f}" for f in (statistics.median, min, max)))
