"""PyTorch's normals, Euler-Maruyama steps, conditional means, training and sampling, in eager mode on reused buffers;
see timing.py."""

from timing import THREADS, WORK, normal_quality, report, unknown

import math

import torch
from shared import conditional_mean_quality, end_quality, network as shared_network, points as shared_points

torch.set_num_threads(THREADS)
PEER = f"PyTorch {torch.__version__}"


def normals(dtype):
    length, requests = 8192, 4096
    out = torch.empty(length, dtype=dtype)

    def run():
        for _ in range(requests):
            out.normal_()

    report(
        PEER, length * requests, "numbers", run,
        lambda: normal_quality(torch.empty(1 << 22, dtype=dtype).normal_().numpy()))


def euler_maruyama(dtype, dimension):
    steps, paths = 128, (1 << 18) // dimension
    h = 1 / steps
    x, noise = (torch.zeros(paths, dimension, dtype=dtype) for _ in range(2))

    def run():
        x.zero_()
        for _ in range(steps):
            noise.normal_()
            x.mul_(1 - h).add_(noise, alpha=math.sqrt(2 * h))

    def quality():
        truth = (1 - (1 - h) ** (2 * steps)) / (1 - h / 2)
        ratio = x.double().var().item() / truth
        return f"variance off by {(ratio - 1) / (2 / x.numel()) ** 0.5:+.1f} standard errors"

    report(PEER, steps * paths * dimension, "scalar steps", run, quality)


def conditional_mean():
    samples, dimension, t, block = 10_000_000, 10, 0.3, 1 << 14
    gamma, spread = (2 * t * (1 - t)) ** 0.5, ((1 - t) ** 2 + t**2 / 4) ** 0.5
    points = [0.2 * (j + 1) for j in range(4)]
    middle, z = (torch.empty(dimension, block, dtype=torch.float64) for _ in range(2))
    choice, w = (torch.empty(block, dtype=torch.float64) for _ in range(2))
    total = torch.zeros(4, 2, dtype=torch.float64)

    def run():
        total.zero_()
        for _ in range(samples // block):
            choice.random_(0, 2).mul_(2 * t).sub_(t)
            middle.normal_(0, spread).add_(choice)
            for j, point in enumerate(points):
                torch.sub(point, middle, out=z).mul_(1 / gamma)
                torch.sum(z * z, 0, out=w).mul_(-0.5).exp_()
                total[j, 0] += w.sum()
                total[j, 1] += w @ z[0]

    def quality():
        return conditional_mean_quality((total[:, 1] / total[:, 0]).numpy())

    report(PEER, samples // block * block, "samples", run, quality)


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(3, 128), torch.nn.ReLU(), torch.nn.Linear(128, 128), torch.nn.ReLU(),
        torch.nn.Linear(128, 128), torch.nn.ReLU(), torch.nn.Linear(128, 2))


def train():
    state = {}

    def run():
        model = network()
        optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
        decay = torch.optim.lr_scheduler.StepLR(optimiser, 500, 0.9)
        losses = []
        for step in range(8000):
            angle = torch.randint(0, 4, (128,)) * (math.pi / 2)
            x0, z = torch.randn(128, 2), torch.randn(128, 2)
            x1 = 5 * torch.stack([angle.cos(), angle.sin()], 1) + torch.randn(128, 2)
            t = torch.rand(128, 1)
            x = (1 - t) * x0 + t * x1 + (2 * t * (1 - t)).sqrt() * z
            loss = ((model(torch.cat([x, t], 1)) - (x1 - x0)) ** 2).sum(1).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            decay.step()
            if step >= 7000:
                losses.append(loss.detach())
        state["loss"] = torch.stack(losses).mean().item()

    report(PEER, 8000, "steps", run, lambda: f"loss {state['loss']:.3f}")


@torch.inference_mode()
def sample():
    count, steps = 10_000, 1280
    model = network()
    for layer, weights in zip(model[::2], shared_network()):
        layer.weight.copy_(torch.from_numpy(weights))
        layer.bias.zero_()
    start = torch.from_numpy(shared_points(count))
    # The coordinates and the time, in one buffer.
    state = torch.empty(count, 3)

    def run():
        state[:, :2] = start
        for k in range(steps):
            state[:, 2] = k / steps
            state[:, :2].add_(model(state), alpha=1 / steps)

    report(PEER, count * steps, "evaluations", run, lambda: end_quality(state[:, :2].numpy()))


match WORK:
    case "normals-float": normals(torch.float32)
    case "normals-double": normals(torch.float64)
    case "euler-float-1": euler_maruyama(torch.float32, 1)
    case "euler-float-10": euler_maruyama(torch.float32, 10)
    case "euler-double-1": euler_maruyama(torch.float64, 1)
    case "euler-double-10": euler_maruyama(torch.float64, 10)
    case "conditional-mean": conditional_mean()
    case "train": train()
    case "sample": sample()
    case _: unknown(PEER)
