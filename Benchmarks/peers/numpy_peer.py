"""NumPy's normals, Euler-Maruyama steps and conditional means; see timing.py."""

from timing import THREADS, WORK, normal_quality, report, unknown

import concurrent.futures

import numpy as np
from shared import conditional_mean_quality

PEER = f"NumPy {np.__version__}"
pool = concurrent.futures.ThreadPoolExecutor(THREADS)


def in_threads(task):
    """Runs task(0), task(1), ... on as many threads; NumPy's loops let go of the interpreter's lock."""
    return list(pool.map(task, range(THREADS)))


def normals(dtype):
    length, requests = 8192, 4096
    generator = np.random.Generator(np.random.SFC64(1))
    out = np.empty(length, dtype)

    def run():
        for _ in range(requests):
            generator.standard_normal(dtype=dtype, out=out)

    sample = generator.standard_normal(1 << 22, dtype=dtype)
    report(PEER + ", SFC64", length * requests, "numbers", run, lambda: normal_quality(sample))


def euler_maruyama(dtype, dimension):
    """dX = -X dt + sqrt(2) dW from zero over unit time in 128 steps: the variance is 1 - (1 - h)^256 over 1 - h/2."""
    steps, paths = 128, (1 << 18) // dimension // THREADS
    h = 1 / steps
    generators = [np.random.Generator(np.random.SFC64(k)) for k in range(THREADS)]
    x = [np.zeros((dimension, paths), dtype) for _ in range(THREADS)]
    noise = [np.zeros((dimension, paths), dtype) for _ in range(THREADS)]

    def task(k):
        x[k][:] = 0
        for _ in range(steps):
            generators[k].standard_normal(dtype=dtype, out=noise[k])
            np.multiply(noise[k], dtype((2 * h) ** 0.5), out=noise[k])
            np.multiply(x[k], dtype(1 - h), out=x[k])
            np.add(x[k], noise[k], out=x[k])

    def quality():
        values = np.concatenate([block.ravel() for block in x]).astype("float64")
        truth = (1 - (1 - h) ** (2 * steps)) / (1 - h / 2)
        return f"variance off by {(values.var() / truth - 1) / (2 / values.size) ** 0.5:+.1f} standard errors"

    report(PEER, steps * THREADS * paths * dimension, "scalar steps", lambda: in_threads(task), quality)


def conditional_mean():
    """E[z | x_t = x] at four points by weights, in ten dimensions at t = 0.3, gamma = sqrt(2 t (1-t)).

    The interpolant of N(0, I) and the mixture of N(+-1, I/4) is +-t plus a normal vector. Given it, z is the residual
    (x - I) / gamma with the weight of its normal density.
    """
    samples, dimension, t, block = 10_000_000, 10, 0.3, 1 << 13
    gamma, spread = (2 * t * (1 - t)) ** 0.5, ((1 - t) ** 2 + t**2 / 4) ** 0.5
    points = np.array([[0.2 * (j + 1)] * dimension for j in range(4)])
    generators = [np.random.Generator(np.random.SFC64(k)) for k in range(THREADS)]
    result = {}

    def task(k):
        total = np.zeros((4, 2))
        middle, z = np.empty((dimension, block)), np.empty((dimension, block))
        for _ in range(samples // THREADS // block):
            generators[k].standard_normal(out=middle)
            np.multiply(middle, spread, out=middle)
            np.add(middle, np.where(generators[k].random(block) < 0.5, -t, t), out=middle)
            for j, point in enumerate(points):
                np.subtract(point[:, None], middle, out=z)
                np.multiply(z, 1 / gamma, out=z)
                w = np.exp(-0.5 * np.einsum("ij,ij->j", z, z))
                total[j] += w.sum(), w @ z[0]
        return total

    def run():
        total = sum(in_threads(task))
        result["means"] = total[:, 1] / total[:, 0]

    done = samples // THREADS // block * block * THREADS
    report(PEER, done, "samples", run, lambda: conditional_mean_quality(result["means"]))


match WORK:
    case "normals-float": normals(np.float32)
    case "normals-double": normals(np.float64)
    case "euler-float-1": euler_maruyama(np.float32, 1)
    case "euler-float-10": euler_maruyama(np.float32, 10)
    case "euler-double-1": euler_maruyama(np.float64, 1)
    case "euler-double-10": euler_maruyama(np.float64, 10)
    case "conditional-mean": conditional_mean()
    case _: unknown(PEER)
