"""Writes ElementaryTruth+*.swift: arguments of exp, log, sin and cos with 40 digits of the values.

Needs mpmath (1.3.0 was used); run it in the folder above this one: python3 Truth/elementary_truth.py
"""

import math
import random

from mpmath import mp, mpf

# Arguments near multiples of pi / 2 lose up to 20 + 53 bits, subnormal values nothing: 400 bits are plenty.
mp.prec = 400


def neighbours(x):
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def magnitudes(source, count, low, high):
    return [math.ldexp(1 + source.random(), source.randint(low, high)) for _ in range(count)]


def signed(source, xs):
    return [source.choice([-1, 1]) * x for x in xs]


def exponential(source):
    yield from [-745.1332191019411, -745.0, -744.4400719213812, -708.3964185322641, 709.782712893384]
    yield from [-1.0, 1.0, 0.5, -0.5, 5e-324, -5e-324, 2.0**-53, -(2.0**-54), 2.0**-52]
    # Around multiples of log 2 the value crosses a power of two, where the spacing of Doubles changes.
    for k in list(range(-8, 9)) + [-1022, -1060, -300, 300, 1000, 1023]:
        if k:
            yield from neighbours(float(k * mp.log(2)))
    yield from [source.uniform(-745, 709.7) for _ in range(100)]
    yield from signed(source, magnitudes(source, 100, -60, 5))


def logarithm(source):
    yield from [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.5, 2.0, 10.0, math.e]
    yield from [1 + k * 2.0**-52 for k in range(1, 9)] + [1 - k * 2.0**-53 for k in range(1, 9)]
    for k in list(range(-6, 7)):
        if k:
            yield from neighbours(float(mp.exp(k)))
    yield from [source.random() * 2.0**-1022 for _ in range(20)]
    yield from magnitudes(source, 100, -1022, 1023)
    yield from [1 + x for x in signed(source, magnitudes(source, 60, -40, -2))]
    yield from magnitudes(source, 50, -3, 5)


def wave(source):
    yield from [5e-324, -5e-324, 1e-300, 2.0**-27, 1.0, -1.0, 0.5, 2.0**20]
    # The Doubles next to multiples of pi / 2 are next to zeros and extrema, those next to odd multiples of
    # pi / 4 next to where reduction changes its mind.
    for k in list(range(-12, 13)) + [source.randint(13, 600_000) for _ in range(30)]:
        if k:
            yield from neighbours(float(k * mp.pi / 2))
    for k in range(-7, 8, 2):
        yield from neighbours(float(k * mp.pi / 4))
    yield from [source.uniform(-8, 8) for _ in range(60)]
    yield from signed(source, magnitudes(source, 50, -60, 19))


def write(name, function, arguments):
    def value(x):
        digits = mp.nstr(function(mpf(x)), 40, min_fixed=1, max_fixed=0, strip_zeros=False)
        return digits if "e" in digits else digits + "e+0"

    rows = [f"    {x.hex()} {value(x)}" for x in sorted(set(arguments))]
    with open(f"ElementaryTruth+{name}.swift", "w") as file:
        file.write("extension ElementaryTruth {\n")
        file.write(f"  /// Arguments and values of the {name.lower()}, written by Truth/elementary_truth.py.\n")
        file.write(f'  static let {name.lower()} = ElementaryTruth(\n    """\n')
        file.write("\n".join(rows))
        file.write('\n    """)\n}\n')


write("Exponential", mp.exp, exponential(random.Random(1)))
write("Logarithm", mp.log, logarithm(random.Random(2)))
write("Sine", mp.sin, wave(random.Random(3)))
write("Cosine", mp.cos, wave(random.Random(4)))
