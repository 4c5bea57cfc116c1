"""True values of the elementary functions at chosen arguments, as Swift source.

Writes ElementaryTruthDouble.swift and ElementaryTruthFloat.swift into the folder above. A record is the encoding
of the argument and the value as an unevaluated sum high + low of two doubles (for Float arguments one double),
computed by mpmath with 60 digits more than the argument needs. Needs mpmath 1.3; run: python3 elementary.py
"""

import pathlib
import random
import struct

from mpmath import mp, mpf

mp.dps = 400
HALF_PI = int(mp.floor(mp.pi / 2 * mpf(2) ** 300))
BOUND = 10**6
random.seed(20110)


def double(x):
    return float(x)


def single(x):
    return struct.unpack("<f", struct.pack("<f", float(x)))[0]


def bits(x, form):
    letters = {"d": ("<d", "<Q", 16), "f": ("<f", "<I", 8)}[form]
    return format(struct.unpack(letters[1], struct.pack(letters[0], x))[0], f"0{letters[2]}x")


def nearest_to_quarter_turns(precision, count):
    """The numbers of that precision within the bound that lie nearest to multiples of pi/2, relative to ulps."""
    found = []
    for k in range(1, int(BOUND * 2 / 3.1415926535)):
        exact = k * HALF_PI
        shift = exact.bit_length() - precision
        rounded = (exact + (1 << (shift - 1))) >> shift
        distance = abs((rounded << shift) - exact)
        found.append((distance, rounded, shift))
    found.sort()
    return [float(rounded) * 2.0 ** (shift - 300) for _, rounded, shift in found[:count]]


def near(x, ulps, as_number, form):
    """The number a few steps of the encoding away from a positive x."""
    letters = ("<d", "<q") if form == "d" else ("<f", "<i")
    code = struct.unpack(letters[1], struct.pack(letters[0], as_number(x)))[0]
    return struct.unpack(letters[0], struct.pack(letters[1], code + ulps))[0]


def arguments(form):
    number, precision = (double, 53) if form == "d" else (single, 24)
    log2 = mp.log(2)
    top, bottom, least = (709.782712893384, -745.1332191019411, -1074) if form == "d" else (
        88.7228317, -103.972076, -149)
    exp = [number(random.uniform(bottom, top)) for _ in range(60)]
    exp += [number(random.uniform(-1, 1)) for _ in range(40)]
    exp += [sign * 2.0**-k for k in (1, 2, 3, 5, 10, precision - 1, precision, precision + 1) for sign in (1, -1)]
    exp += [number((k + mpf(1) / 2) * log2) for k in range(-20, 21)]
    exp += [number(k * log2) for k in (-1000, -140, -100, -20, -2, -1, 1, 2, 20, 100, 120, 1000) if bottom < k * log2 < top]
    exp += [near(top, k, number, form) for k in (-2, -1)] + [number(bottom + d) for d in (0.3, 1, 5, 20, 36)]

    log = [number(mpf(2) ** random.uniform(least, -least - precision + 1)) for _ in range(50)]
    log += [number(random.uniform(0.5, 2)) for _ in range(50)]
    log += [near(1.0, k, number, form) for k in (-9, -3, -2, -1, 1, 2, 3, 9)]
    log += [number(1 + sign * mpf(2) ** -k) for k in range(2, 23, 2) for sign in (1, -1)]
    log += [near(mp.sqrt(2) * mpf(2) ** e, k, number, form) for e in (-30, -1, 0, 30) for k in (-1, 0, 1)]
    log += [number(mp.exp(mpf(k) / 7)) for k in range(-12, 13)]
    log += [2.0**least, 3 * 2.0**least, 2.0 ** (least + 20) * 1.5, 2.0 ** (least + precision - 1), 1e30, 10, 100]

    turn = nearest_to_quarter_turns(precision, 45)
    turn += [number(sign * k * mp.pi / 4) for k in (1, 2, 3, 4, 5, 6, 7, 8, 9) for sign in (1, -1)]
    turn += [near(mp.pi / 4, k, number, form) for k in (-2, -1, 1, 2)]
    turn += [number(random.uniform(-4, 4)) for _ in range(60)]
    turn += [number(random.uniform(-100, 100)) for _ in range(30)]
    turn += [number(random.uniform(-BOUND, BOUND)) for _ in range(30)]
    turn += [float(BOUND), -float(BOUND), 2.0**-4, 2.0**-12, 2.0**-26, -(2.0**-30), 2.0**-100, 2.0**least]
    return {"exp": exp, "log": log, "sin": turn, "cos": turn}


def record(function, x, form):
    value = getattr(mp, function)(mpf(x))
    high = float(value)
    if form == "f":
        return f"{bits(x, 'f')} {bits(high, 'd')}"
    return f"{bits(x, 'd')} {bits(high, 'd')} {bits(float(value - mpf(high)), 'd')}"


def write(name, form, a_line):
    lines = [
        "// Written by Truth/elementary.py; not edited by hand.",
        "",
        f"/// Arguments and true values of the elementary functions for `{name}`: encodings in hexadecimal.",
        f"enum ElementaryTruth{name} {{",
    ]
    for function, chosen in arguments(form).items():
        records = [record(function, x, form) for x in chosen]
        lines += [f'  static let {function} = """']
        lines += ["    " + " ".join(records[i : i + a_line]) for i in range(0, len(records), a_line)]
        lines += ['    """', ""]
    lines[-1] = "}"
    path = pathlib.Path(__file__).parent.parent / f"ElementaryTruth{name}.swift"
    path.write_text("\n".join(lines) + "\n")


write("Double", "d", 2)
write("Float", "f", 4)
