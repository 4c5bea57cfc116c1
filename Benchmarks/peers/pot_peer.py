"""POT's network simplex, the exact problem beside the entropic one; see timing.py. The work is sinkhorn-N-D-TOLERANCE."""

from timing import WORK, report, unknown

import numpy as np
import ot

PEER = f"POT {ot.__version__}, exact (network simplex)"
kind, *words = WORK.split("-", 3)
if kind != "sinkhorn" or int(words[0]) > 1000 or float(words[2]) > 1e-5:
    unknown(PEER)
n, d = int(words[0]), int(words[1])


def mixture(generator):
    angle = generator.integers(0, 4, n) * (np.pi / 2)
    x = generator.standard_normal((n, d))
    x[:, 0] += 5 * np.cos(angle)
    x[:, 1] += 5 * np.sin(angle)
    return x


generator = np.random.default_rng(1)
x, y = mixture(generator), mixture(generator)
weights = np.full(n, 1 / n)
state = {}


def run():
    state["cost"] = ot.emd2(weights, weights, ot.dist(x, y), numItermax=10_000_000)


report(PEER, 1, "problems", run, lambda: f"unregularised cost {state['cost']:.6f}")
