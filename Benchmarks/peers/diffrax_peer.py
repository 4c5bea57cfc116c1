"""Diffrax's Euler-Maruyama steps in single and double precision, compiled once; see timing.py."""

from timing import THREADS, WORK, report, unknown

import os
import time

os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if THREADS > 1 else 'false'}"

import jax

jax.config.update("jax_enable_x64", "double" in WORK)

import diffrax
import jax.numpy as jnp
import lineax
import numpy as np

PEER = f"diffrax {diffrax.__version__}"
kind, *words = WORK.split("-")
if kind != "euler":
    unknown(PEER)
dtype, dimension = {"float": np.float32, "double": np.float64}[words[0]], int(words[1])
steps = 128
paths, h = (1 << 18) // dimension, 1 / steps


def simulate(key):
    shape = (dimension, paths)
    noise = diffrax.UnsafeBrownianPath(jax.ShapeDtypeStruct(shape, dtype), key)
    # The noise is the same in every coordinate: a number times the increments.
    diffusion = lineax.DiagonalLinearOperator(jnp.full(shape, 2**0.5, dtype))
    terms = diffrax.MultiTerm(
        diffrax.ODETerm(lambda t, x, _: -x), diffrax.ControlTerm(lambda t, x, _: diffusion, noise))
    return diffrax.diffeqsolve(
        terms, diffrax.Euler(), 0.0, 1.0, h, jnp.zeros(shape, dtype), adjoint=diffrax.DirectAdjoint(),
        max_steps=steps).ys[0]


start = time.perf_counter()
key = jax.random.key(1)
simulate = jax.jit(simulate).lower(key).compile()
seconds = time.perf_counter() - start
state = {}


def run():
    state["x"] = simulate(key).block_until_ready()


def quality():
    values = np.asarray(state["x"]).ravel().astype("float64")
    truth = (1 - (1 - h) ** (2 * steps)) / (1 - h / 2)
    return f"variance off by {(values.var() / truth - 1) / (2 / values.size) ** 0.5:+.1f} standard errors"


report(PEER, steps * paths * dimension, "scalar steps", run, quality, seconds)
