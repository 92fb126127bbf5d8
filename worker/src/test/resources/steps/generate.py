#!/usr/bin/env python3
"""Writes trajectories.json beside it: what each optimiser makes of the gradients of a function, in float64 from the
formulas of the papers. The function: f(w) = sum_i c_i (w_i - m_i)^2 / 2 + sin(w_i), whose gradient is c (w - m) + cos w."""
import json
import math
import os

CURVATURE = [0.5, 1.0, 2.0, 4.0, 8.0]
CENTRE = [1.0, -2.0, 0.5, 3.0, -0.25]
START = [0.0, 0.0, 0.0, 0.0, 0.0]
STEPS = 60


def gradient(w):
    return [c * (x - m) + math.cos(x) for c, m, x in zip(CURVATURE, CENTRE, w)]


def momentum(rate, a, nesterov):
    w, v = list(START), [0.0] * len(START)
    for _ in range(STEPS):
        g = gradient(w)
        v = [rate * x + a * y for x, y in zip(g, v)]
        step = [rate * x + a * y for x, y in zip(g, v)] if nesterov else v
        w = [x - s for x, s in zip(w, step)]
    return w


def adam(rate, beta1, beta2, epsilon, decay=0.0):
    w, m, v = list(START), [0.0] * len(START), [0.0] * len(START)
    for t in range(1, STEPS + 1):
        g = gradient(w)
        m = [beta1 * a + (1 - beta1) * x for a, x in zip(m, g)]
        v = [beta2 * a + (1 - beta2) * x * x for a, x in zip(v, g)]
        hats = [(a / (1 - beta1 ** t), b / (1 - beta2 ** t)) for a, b in zip(m, v)]
        w = [x - rate * decay * x - rate * a / (math.sqrt(b) + epsilon) for x, (a, b) in zip(w, hats)]
    return w


def rmsprop(rate, rho, epsilon):
    w, v = list(START), [0.0] * len(START)
    for _ in range(STEPS):
        g = gradient(w)
        v = [rho * a + (1 - rho) * x * x for a, x in zip(v, g)]
        w = [x - rate * a / (math.sqrt(b) + epsilon) for x, a, b in zip(w, g, v)]
    return w


def clipped(rate, norm, value):
    w = list(START)
    for _ in range(STEPS):
        g = gradient(w)
        of = math.sqrt(sum(x * x for x in g))
        g = [x * min(1.0, norm / of) for x in g]
        g = [max(-value, min(value, x)) for x in g]
        w = [x - rate * a for x, a in zip(w, g)]
    return w


def elastic(rate, l1, l2):
    w = list(START)
    for _ in range(STEPS):
        g = [x + l2 * a + l1 * ((a > 0) - (a < 0)) for x, a in zip(gradient(w), w)]
        w = [x - rate * a for x, a in zip(w, g)]
    return w


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "trajectories.json"), "w") as out:
    json.dump(
        {
            "curvature": CURVATURE,
            "centre": CENTRE,
            "start": START,
            "steps": STEPS,
            "ends": {
                "momentum": momentum(0.02, 0.9, False),
                "nesterov": momentum(0.02, 0.9, True),
                "adam": adam(0.05, 0.9, 0.999, 1e-8),
                "adam, decay": adam(0.05, 0.9, 0.95, 1e-8, decay=0.3),
                "rmsprop": rmsprop(0.02, 0.99, 1e-8),
                "clipping": clipped(0.05, 3.0, 1.5),
                "l1, l2": elastic(0.02, 0.1, 0.3),
            },
        },
        out,
        indent=1,
    )
    out.write("\n")
