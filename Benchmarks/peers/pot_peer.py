"""POT's network simplex, the exact problem beside the entropic one; see timing.py."""

from timing import WORK, report, unknown

import numpy as np
import ot
from shared import mixture

PEER = f"POT {ot.__version__}, the exact problem instead (network simplex)"
kind, *words = WORK.split("-", 3)
if kind != "sinkhorn":
    unknown(PEER)
n, d = int(words[0]), int(words[1])
x, y = mixture(0, n, d), mixture(1, n, d)
weights = np.full(n, 1 / n)
state = {}


def run():
    state["cost"] = ot.emd2(weights, weights, ot.dist(x, y), numItermax=10_000_000)


report(PEER, 1, "runs", run, lambda: f"cost {state['cost']:.6f} at epsilon 0")
