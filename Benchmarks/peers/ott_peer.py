"""OTT-JAX's Sinkhorn with annealing and momentum on point clouds; see timing.py. The work is sinkhorn-N-D-TOLERANCE."""

from timing import WORK, report, unknown

import jax
import jax.numpy as jnp
import numpy as np
import ott
from ott.geometry import epsilon_scheduler, pointcloud
from ott.problems.linear import linear_problem
from ott.solvers.linear import acceleration, sinkhorn

PEER = f"OTT-JAX {ott.__version__}"
kind, *words = WORK.split("-", 3)
if kind != "sinkhorn" or int(words[0]) > 1000:
    unknown(PEER)
n, d, tolerance = int(words[0]), int(words[1]), float(words[2])


def mixture(generator):
    """The report's mixture: modes at distance five, half of the coordinates' first two axes."""
    angle = generator.integers(0, 4, n) * (np.pi / 2)
    x = generator.standard_normal((n, d))
    x[:, 0] += 5 * np.cos(angle)
    x[:, 1] += 5 * np.sin(angle)
    return x.astype(np.float32)


generator = np.random.default_rng(1)
x, y = mixture(generator), mixture(generator)


@jax.jit
def solve(x, y):
    epsilon = epsilon_scheduler.Epsilon(target=1e-3, init=1e3, decay=0.95)
    geometry = pointcloud.PointCloud(x, y, epsilon=epsilon)
    solver = sinkhorn.Sinkhorn(
        threshold=tolerance, max_iterations=20_000, momentum=acceleration.Momentum(value=1.8, start=300))
    out = solver(linear_problem.LinearProblem(geometry))
    return out.f, out.g, out.errors


state = {}


def run():
    state["f"], state["g"], state["errors"] = (v.block_until_ready() for v in solve(x, y))


def violation():
    """The marginal violation of the plan in L1, in double precision."""
    f, g = (np.asarray(state[k], np.float64) for k in "fg")
    a, b = x.astype(np.float64), y.astype(np.float64)
    cost = ((a[:, None] - b[None]) ** 2).sum(2)
    plan = np.exp((f[:, None] + g[None] - cost) / 1e-3)
    error = np.abs(plan.sum(0) - 1 / n).sum() + np.abs(plan.sum(1) - 1 / n).sum()
    return f"violation {error:.1e}"


report(PEER, 1, "problems", run, violation)
