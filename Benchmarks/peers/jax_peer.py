"""JAX's normals, Euler-Maruyama steps, conditional means, training and sampling, compiled once; see timing.py."""

from timing import THREADS, WORK, normal_quality, report, unknown

import concurrent.futures
import os
import time

os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if THREADS > 1 else 'false'}"

import jax
import jax.numpy as jnp
import numpy as np
from shared import conditional_mean_quality, end_quality, network as shared_network, points as shared_points

# Only where it is asked for: otherwise some of the training would be in double precision.
jax.config.update("jax_enable_x64", "double" in WORK or WORK == "conditional-mean")
PEER = f"JAX {jax.__version__}"
pool = concurrent.futures.ThreadPoolExecutor(THREADS)


def compiled(function, *arguments):
    """The function compiled for these arguments, and how long that took."""
    start = time.perf_counter()
    return jax.jit(function).lower(*arguments).compile(), time.perf_counter() - start


def normals(dtype):
    # In pieces that stay in the second cache: larger ones take three times as long a number.
    length, requests = 1 << 16, 512
    step, seconds = compiled(lambda key: jax.random.normal(key, (length,), dtype), jax.random.key(1))
    keys = list(jax.random.split(jax.random.key(2), requests))

    def run():
        for key in keys:
            step(key).block_until_ready()

    def quality():
        return normal_quality(np.concatenate([np.asarray(step(key)) for key in keys[:64]]))

    report(PEER, length * requests, "numbers", run, quality, seconds)


def euler_maruyama(dtype, dimension):
    steps, paths = 128, (1 << 18) // dimension
    h = 1 / steps

    def simulate(key):
        def step(x, key):
            return x * dtype(1 - h) + dtype((2 * h) ** 0.5) * jax.random.normal(key, x.shape, dtype), None

        # The paths come last: a last axis of ten is five times slower.
        return jax.lax.scan(step, jnp.zeros((dimension, paths), dtype), jax.random.split(key, steps))[0]

    simulate, seconds = compiled(simulate, jax.random.key(1))
    state = {}

    def run():
        state["x"] = simulate(jax.random.key(1)).block_until_ready()

    def quality():
        values = np.asarray(state["x"]).ravel().astype("float64")
        truth = (1 - (1 - h) ** (2 * steps)) / (1 - h / 2)
        return f"variance off by {(values.var() / truth - 1) / (2 / values.size) ** 0.5:+.1f} standard errors"

    report(PEER, steps * paths * dimension, "scalar steps", run, quality, seconds)


def conditional_mean():
    pieces, blocks, block, dimension, t = 40, 61, 1 << 12, 10, 0.3
    gamma, spread = (2 * t * (1 - t)) ** 0.5, ((1 - t) ** 2 + t**2 / 4) ** 0.5
    points = [0.2 * (j + 1) for j in range(4)]

    def total(key):
        def part(total, key):
            first, second = jax.random.split(key)
            middle = spread * jax.random.normal(first, (dimension, block), jnp.float64)
            middle += jnp.where(jax.random.uniform(second, (block,)) < 0.5, -t, t)
            rows = []
            for point in points:
                z = (point - middle) / gamma
                w = jnp.exp(-0.5 * (z * z).sum(0))
                rows.append(jnp.stack([w.sum(), w @ z[0]]))
            return total + jnp.stack(rows), None

        return jax.lax.scan(part, jnp.zeros((4, 2)), jax.random.split(key, blocks))[0]

    keys = list(jax.random.split(jax.random.key(1), pieces))
    total, seconds = compiled(total, keys[0])
    state = {}

    def run():
        # Pieces on a thread each are faster than one computation on all threads.
        parts = pool.map(lambda key: total(key).block_until_ready(), keys)
        state["total"] = sum(np.asarray(part) for part in parts)

    def quality():
        return conditional_mean_quality(state["total"][:, 1] / state["total"][:, 0])

    report(PEER, pieces * blocks * block, "samples", run, quality, seconds)


WIDTH, LAYERS, BATCH, TRAINING = 128, 4, 128, 8000
INPUTS, OUTPUTS = 3, 2


def network(parameters, x):
    for W, b in parameters[:-1]:
        x = jax.nn.relu(x @ W + b)
    return x @ parameters[-1][0] + parameters[-1][1]


def initial(key):
    sizes = [INPUTS] + [WIDTH] * (LAYERS - 1) + [OUTPUTS]
    parameters = []
    for n, m in zip(sizes, sizes[1:]):
        key, part = jax.random.split(key)
        W = jax.random.uniform(part, (n, m), jnp.float32, -1, 1) / n**0.5
        parameters.append((W, jnp.zeros(m, jnp.float32)))
    return parameters


def train():
    """Velocity of the linear interpolant from N(0, I) to four modes on a circle, Adam with decay; all in one scan."""

    def loss(parameters, key):
        k0, k1, k2, k3, k4 = jax.random.split(key, 5)
        x0 = jax.random.normal(k0, (BATCH, 2), jnp.float32)
        angle = jax.random.randint(k1, (BATCH,), 0, 4) * (np.pi / 2)
        x1 = jnp.stack([jnp.cos(angle), jnp.sin(angle)], 1).astype(jnp.float32) * 5
        x1 += jax.random.normal(k2, (BATCH, 2), jnp.float32)
        t = jax.random.uniform(k3, (BATCH, 1), jnp.float32)
        gamma = jnp.sqrt(2 * t * (1 - t))
        x = (1 - t) * x0 + t * x1 + gamma * jax.random.normal(k4, (BATCH, 2), jnp.float32)
        v = network(parameters, jnp.concatenate([x, t], 1))
        return ((v - (x1 - x0)) ** 2).sum(1).mean()

    def training(key):
        parameters = initial(key)
        zeros = jax.tree.map(jnp.zeros_like, parameters)

        def step(state, inputs):
            parameters, m, v = state
            i, key = inputs
            value, g = jax.value_and_grad(loss)(parameters, key)
            rate = 1e-3 * 0.9 ** (i // 500)
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            a, b = 1 - 0.9 ** (i + 1.0), 1 - 0.999 ** (i + 1.0)
            parameters = jax.tree.map(
                lambda p, m, v: (p - rate * (m / a) / (jnp.sqrt(v / b) + 1e-8)).astype(jnp.float32),
                parameters, m, v)
            m, v = (jax.tree.map(lambda x: x.astype(jnp.float32), y) for y in (m, v))
            return (parameters, m, v), value

        keys = jax.random.split(key, TRAINING)
        return jax.lax.scan(step, (parameters, zeros, zeros), (jnp.arange(TRAINING), keys))[1]

    training, seconds = compiled(training, jax.random.key(1))
    state = {}

    def run():
        state["loss"] = training(jax.random.key(1)).block_until_ready()

    report(PEER, TRAINING, "steps", run, lambda: f"loss {float(state['loss'][-1000:].mean()):.3f}", seconds)


def sample():
    count, steps = 10_000, 1280
    parameters = [(jnp.asarray(w.T), jnp.zeros(len(w), jnp.float32)) for w in shared_network()]

    def simulate(x):
        def step(x, k):
            t = jnp.full((count, 1), k / steps, jnp.float32)
            return x + network(parameters, jnp.concatenate([x, t], 1)) * np.float32(1 / steps), None

        return jax.lax.scan(step, x, jnp.arange(steps))[0]

    x = shared_points(count)
    simulate, seconds = compiled(simulate, x)
    state = {}

    def run():
        state["x"] = simulate(x).block_until_ready()

    report(PEER, count * steps, "evaluations", run, lambda: end_quality(state["x"]), seconds)


match WORK:
    case "normals-float": normals(jnp.float32)
    case "normals-double": normals(jnp.float64)
    case "euler-float-1": euler_maruyama(np.float32, 1)
    case "euler-float-10": euler_maruyama(np.float32, 10)
    case "euler-double-1": euler_maruyama(np.float64, 1)
    case "euler-double-10": euler_maruyama(np.float64, 10)
    case "conditional-mean": conditional_mean()
    case "train": train()
    case "sample": sample()
    case _: unknown(PEER)
