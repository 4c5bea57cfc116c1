"""Numbers that every program makes alike (SharedNumbers.swift), so that all solve the very same problem.

The words of SplitMix64 (Steele, Lea and Flood 2014), by their place.
"""

import numpy as np


def words(places):
    with np.errstate(over="ignore"):
        z = (np.asarray(places, np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniforms(places):
    """Uniform numbers in (0, 1)."""
    return ((words(places) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normals(places):
    """Standard normal numbers, of two words each."""
    places = np.asarray(places)
    return np.sqrt(-2 * np.log(uniforms(2 * places))) * np.cos(2 * np.pi * uniforms(2 * places + 1))


def mixture(sample, n, d):
    """A sample of the report's mixture: four normal laws of covariance one at distance one from the origin, in the
    plane on both sides of the axes, otherwise on the first four axes."""
    places = (sample * n + np.arange(n)) * (d + 1)
    x = normals(places[:, None] + np.arange(d))
    mode = (4 * uniforms(2 * (places + d))).astype(int)
    if d == 2:
        x[np.arange(n), mode // 2] += np.where(mode % 2 == 1, -1, 1)
    else:
        x[np.arange(n), mode] += 1
    return x


def network():
    """The weights of the network to sample from, a matrix a layer with a row for each output, without biases."""
    place, layers = 0, []
    for n, m in [(3, 128), (128, 128), (128, 128), (128, 2)]:
        w = (2 * uniforms(place + np.arange(n * m)) - 1) / np.sqrt(n)
        layers.append(w.reshape(m, n).astype(np.float32))
        place += n * m
    return layers


def points(n):
    """The points to move along the network."""
    return normals(np.arange(2 * n)).reshape(n, 2).astype(np.float32)


def end_quality(x):
    return "mean " + ", ".join(f"{m:.5f}" for m in np.asarray(x, np.float64).mean(0))


def plan_quality(x, y, f, g, epsilon=1e-3):
    """The marginal violation of a plan in L1 and its costs, in double precision; the plan is
    exp((f + g - cost) / epsilon)."""
    n = len(x)
    cost = ((x[:, None] - y[None]) ** 2).sum(2)
    exponent = (f[:, None] + g[None] - cost) / epsilon
    plan = np.exp(exponent)
    error = np.abs(plan.sum(0) - 1 / n).sum() + np.abs(plan.sum(1) - 1 / n).sum()
    sharp = (plan * cost).sum()
    regularised = sharp + epsilon * (plan * (exponent + 2 * np.log(n))).sum()
    return f"violation {error:.1e}, cost {sharp:.6f}, regularised {regularised:.6f}"


def conditional_mean_quality(means):
    """The means, and how far the worst is off: in closed form they are those of two normal laws."""
    t, d = 0.3, 10
    gamma = np.sqrt(2 * t * (1 - t))
    variance = gamma**2 + (1 - t) ** 2 + t**2 / 4
    truth = []
    for point in (0.2, 0.4, 0.6, 0.8):
        densities = np.array([np.exp(-d * (point - m) ** 2 / (2 * variance)) for m in (t, -t)])
        truth.append((densities / densities.sum()) @ (gamma * (point - np.array([t, -t])) / variance))
    shown = ", ".join(f"{m:.4f}" for m in means)
    return f"means {shown}, at most {np.abs(np.array(means) - truth).max():.4f} off"
