"""What every peer's script shares: the arguments, the repetitions, and the line that is printed.

A script is called as `peer.py WORK THREADS REPETITIONS` and prints one JSON object: the seconds of every repetition,
how much work one of them did, and a figure of quality, so that a fast wrong answer shows.
"""

import json
import os
import sys
import time

WORK = sys.argv[1]
THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
REPETITIONS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
# Nothing is repeated after so many seconds.
PATIENCE = 20

# Before any of the libraries is imported: they read these once.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:THREADS]))


def report(peer, amount, unit, run, quality, compile_seconds=None):
    """Times `run` after one call to warm up, and prints the line.

    A run that takes longer than there is patience for counts at once.
    """
    seconds = []
    while not seconds or sum(seconds) <= PATIENCE and len(seconds) <= REPETITIONS:
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "work": WORK, "peer": peer, "threads": THREADS, "seconds": seconds[1:] or seconds, "amount": amount,
                "unit": unit, "quality": quality() if callable(quality) else quality,
                "compileSeconds": compile_seconds,
            }
        )
    )


def unknown(peer):
    sys.exit(f"{peer}: does not do {WORK}")


def normal_quality(x):
    """By how many standard errors the variance and the kurtosis of the numbers are off."""
    n = x.size
    x = x.astype("float64")
    variance, kurtosis = x.var(), ((x - x.mean()) ** 4).mean() / x.var() ** 2
    return (
        f"variance off by {(variance - 1) / (2 / n) ** 0.5:+.1f}, "
        f"kurtosis by {(kurtosis - 3) / (24 / n) ** 0.5:+.1f} standard errors"
    )
