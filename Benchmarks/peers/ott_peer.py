"""OTT-JAX's Sinkhorn with annealing and momentum on point clouds; see timing.py. The work is sinkhorn-N-D-TOLERANCE."""

from timing import WORK, report, unknown

import sys
import time

import jax

# At epsilon = 0.001 the exponents reach 10^5, of which single precision keeps two decimals: it ends at a violation
# near 10^-2 whatever it is asked for.
jax.config.update("jax_enable_x64", True)

import numpy as np
import ott
from ott.geometry import epsilon_scheduler, pointcloud
from ott.problems.linear import linear_problem
from ott.solvers.linear import acceleration, sinkhorn
from shared import mixture, plan_quality

PEER = f"OTT-JAX {ott.__version__}"
kind, *words = WORK.split("-", 3)
if kind != "sinkhorn":
    unknown(PEER)
n, d, tolerance = int(words[0]), int(words[1]), float(words[2])
x, y = mixture(0, n, d), mixture(1, n, d)
# In ten dimensions a momentum of 1.8 overflows.
MOMENTUM = 1.8 if d == 2 else 1.0


def solve(x, y):
    epsilon = epsilon_scheduler.Epsilon(target=1e-3, init=1e3, decay=0.95)
    # The cost matrix is kept where it fits into memory: computing it in every iteration is slower.
    geometry = pointcloud.PointCloud(x, y, epsilon=epsilon, batch_size=None if n <= 4000 else 1000)
    solver = sinkhorn.Sinkhorn(
        threshold=tolerance, max_iterations=20_000, momentum=acceleration.Momentum(value=MOMENTUM, start=300))
    out = solver(linear_problem.LinearProblem(geometry))
    return out.f, out.g, out.errors


start = time.perf_counter()
solve = jax.jit(solve).lower(x, y).compile()
seconds = time.perf_counter() - start
state = {}


def run():
    state["f"], state["g"], state["errors"] = (np.asarray(v) for v in solve(x, y))
    if not np.isfinite(state["f"]).all():
        sys.exit(f"{PEER}: potentials that are no numbers")


def quality():
    iterations = 10 * int((state["errors"] != -1).sum())
    return plan_quality(x, y, state["f"], state["g"]) + f", {iterations} iterations"


report(PEER, 1, "runs", run, quality, seconds)
