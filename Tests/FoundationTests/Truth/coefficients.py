"""Minimax coefficients of the elementary functions, by the exchange algorithm in 60 digits.

Each polynomial is fitted for the smallest weighted error on its reduced interval, then its coefficients are
rounded to the precision they are used in. Prints them, lowest degree first, as decimals that read back to the
same numbers, and the weighted error that remains. Needs mpmath 1.3; run: python3 coefficients.py
"""

import struct

from mpmath import mp, mpf

mp.dps = 60


def rounded(value, bits):
    """`value` in the nearest number of 53 or 24 bits, as an mpf."""
    number = float(value)
    if bits == 24:
        number = struct.unpack("<f", struct.pack("<f", number))[0]
    return mpf(number)


def exchange(target, weight, low, high, degree):
    """Coefficients of the polynomial p of `degree` with the least max |weight * (p - target)|."""
    free = degree + 1
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle - half * mp.cos(mp.pi * k / free) for k in range(free + 1)]
    grid = [middle - half * mp.cos(mp.pi * k / 600) for k in range(601)]
    wanted = [target(x) for x in grid]
    weights = [weight(x) for x in grid]
    for _ in range(12):
        system = mp.matrix(free + 1, free + 1)
        right = mp.matrix(free + 1, 1)
        for i, x in enumerate(nodes):
            w = weight(x)
            for j in range(free):
                system[i, j] = w * x**j
            system[i, free] = (-1) ** i
            right[i] = w * target(x)
        solution = mp.lu_solve(system, right)
        coefficients = [solution[j] for j in range(free)]
        errors = [w * (mp.polyval(coefficients[::-1], x) - t) for x, t, w in zip(grid, wanted, weights)]
        # One extremum from each run of one sign.
        extrema = []
        for x, error in zip(grid, errors):
            if extrema and (extrema[-1][1] < 0) == (error < 0):
                if abs(error) > abs(extrema[-1][1]):
                    extrema[-1] = (x, error)
            else:
                extrema.append((x, error))
        while len(extrema) > free + 1:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        if len(extrema) < free + 1:
            break
        moved = [x for x, _ in extrema]
        settled = max(abs(a - b) for a, b in zip(moved, nodes)) < half / 600
        nodes = moved
        if settled:
            break
    return coefficients


def fit(name, target, weight, low, high, degree, bits):
    fixed = [rounded(c, bits) for c in exchange(target, weight, low, high, degree)]
    error = max(
        abs(weight(x) * (mp.polyval(fixed[::-1], x) - target(x)))
        for x in [low + (high - low) * k / 997 for k in range(998)])
    print(f"{name}: {bits} bits, weighted error 2^{float(mp.log(error, 2)):.1f}")
    for c in fixed:
        literal = repr(float(c)) if bits == 53 else f"{float(c):.9g}"
        print(f"  {literal}")


def exp_rest(r):
    """(e^r - 1 - r) / r^2."""
    return sum(r**k / mp.factorial(k + 2) for k in range(40))


def log_rest(z):
    """(log((1 + s) / (1 - s)) - 2 s) / s with z = s^2, divided by z."""
    return 2 * sum(z**k / (2 * k + 3) for k in range(150))


def sin_rest(z):
    """(sin r - r) / r^3 with z = r^2."""
    return sum((-1) ** (k + 1) * z**k / mp.factorial(2 * k + 3) for k in range(30))


def cos_rest(z):
    """(cos r - 1 + r^2 / 2) / r^4 with z = r^2."""
    return sum((-1) ** k * z**k / mp.factorial(2 * k + 4) for k in range(30))


R = mp.log(2) / 2 * (1 + mpf(2) ** -10)
S = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
Q = mp.pi / 4 * (1 + mpf(2) ** -10)


def power(k, size):
    """The weight |x|^k, kept off zero so that the exchange stays regular."""
    return lambda x: max(abs(x), size / 16) ** k


if __name__ == "__main__":
    fit("exp, Double", exp_rest, power(2, R), -R, R, 10, 53)
    fit("exp, Float", exp_rest, power(2, R), -R, R, 4, 24)
    fit("log, Double", log_rest, power(1, S * S), mpf(0), S * S, 6, 53)
    fit("log, Float", log_rest, power(1, S * S), mpf(0), S * S, 2, 24)
    fit("sin, Double", sin_rest, power(1, Q * Q), mpf(0), Q * Q, 5, 53)
    fit("cos, Double", cos_rest, power(2, Q * Q), mpf(0), Q * Q, 5, 53)
    fit("sin, Float", sin_rest, power(1, Q * Q), mpf(0), Q * Q, 2, 24)
    fit("cos, Float", cos_rest, power(2, Q * Q), mpf(0), Q * Q, 2, 24)
