"""Numbers a second of NumPy's generators and functions on one thread, in reused buffers; see Sources/bench.

Run: python3 normals.py [repetitions]. Needs NumPy.
"""

import statistics
import sys
import time

import numpy as np

REPETITIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
LENGTH, REQUESTS = 8192, 512


def measure(label, request):
    """Prints a row: the millions of numbers a second when `request` makes LENGTH numbers."""
    rates = []
    for _ in range(REPETITIONS + 1):
        start = time.perf_counter()
        for _ in range(REQUESTS):
            request()
        rates.append(LENGTH * REQUESTS / (time.perf_counter() - start) / 1e6)
    rates = rates[1:]  # The first repetition warms the processor up.
    print(label.ljust(34), *(f"{f(rates):8.0f}" for f in (statistics.median, min, max)))


print(f"NumPy {np.__version__}, millions a second:".ljust(34), "  median  slowest  fastest")
DRAWS = {"normals": "standard_normal", "exponentials": "standard_exponential", "uniforms": "random"}
for name, method in DRAWS.items():
    for dtype in (np.float32, np.float64):
        for source in (np.random.SFC64, np.random.PCG64, np.random.Philox):
            fill, out = getattr(np.random.Generator(source(1)), method), np.empty(LENGTH, dtype)
            measure(f"{name}, {dtype.__name__}, {source.__name__}", lambda: fill(dtype=dtype, out=out))
for function in (np.exp, np.log, np.sin, np.sqrt):
    for dtype in (np.float32, np.float64):
        x, out = np.full(LENGTH, 0.75, dtype), np.empty(LENGTH, dtype)
        measure(f"{function.__name__}, {dtype.__name__}", lambda: function(x, out=out))
