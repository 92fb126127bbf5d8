#!/usr/bin/env python3
"""Writes layers.json: reference losses and gradients of networks with normalisation and residual blocks, in float64.

Independent of the project's code, and of reverse mode: the forward pass is written down in NumPy, and each derivative is the
imaginary part of the loss at a parameter plus i h (the complex step of Squire and Trapp 1998, which cancels nothing and so is
exact to rounding). Run: python3 layers.py (needs NumPy only).

  layers      as in a job file; an affine layer to the outputs follows
  x [n][d]    y: n classes, or [n][k] numbers    weights [n]
  parameters  by their names in the network
  loss        the sum of weights times losses
  gradient    of that; of a row that follows a statistic of the batch, its distance from it times the sum of weights,
              which a step divides by
"""
import json
import pathlib

import numpy as np

EPSILON = 1e-5
STEP = 1e-30
ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": lambda x: np.where(x.real > 0, x, 0),
    "tanh": np.tanh,
    "silu": lambda x: x / (1 + np.exp(-x)),
}


def normalised(x, mean, variance, p, i):
    return (x - mean) / np.sqrt(variance + EPSILON) * p[f"scale{i}"] + p[f"shift{i}"]


def batch_statistics(x, weights):
    share = (weights / weights.sum())[:, None]
    mean = (share * x).sum(0)
    variance = (share * (x - mean) ** 2).sum(0)
    return mean, variance, variance / (1 - (share**2).sum())


def apply(layer, i, p, x, weights, followed):
    """The layer's rows; what its statistics are goes to followed."""
    kind = layer["layer"]
    if kind == "affine":
        return ACTIVATIONS[layer["activation"]](x @ p[f"W{i}"] + p[f"b{i}"])
    if kind == "activation":
        return ACTIVATIONS[layer["activation"]](x)
    if kind == "residual":
        kept = x @ p[f"P{i}"] if f"P{i}" in p else x
        return kept + ACTIVATIONS[layer["activation"]](x @ p[f"W{i}"] + p[f"b{i}"]) @ p[f"V{i}"] + p[f"c{i}"]
    if kind == "layer-norm":
        mean = x.mean(1, keepdims=True)
        return normalised(x, mean, ((x - mean) ** 2).mean(1, keepdims=True), p, i)
    mean, variance, unbiased = batch_statistics(x, weights)
    followed[f"mean{i}"], followed[f"variance{i}"] = mean.real, unbiased.real
    return normalised(x, mean, variance, p, i)


def loss(case, p, followed):
    x, y, weights = (np.array(case[name]) for name in ("x", "y", "weights"))
    for i, layer in enumerate(case["layers"], 1):
        x = apply(layer, i, p, x, weights, followed)
    last = len(case["layers"]) + 1
    out = x @ p[f"W{last}"] + p[f"b{last}"]
    if case["loss"] == "half-squared-error":
        each = 0.5 * ((out - y) ** 2).sum(1)
    else:
        out = out - out.real.max(1, keepdims=True)
        each = np.log(np.exp(out).sum(1)) - out[np.arange(len(y)), y]
    return (weights * each).sum()


def shapes(case, outputs):
    width = len(case["x"][0])
    for i, layer in enumerate(case["layers"] + [{"layer": "affine", "units": outputs}], 1):
        units = layer.get("units")
        if layer["layer"] in ("affine", "residual"):
            yield from ((f"W{i}", (width, units)), (f"b{i}", (1, units)))
        if layer["layer"] == "residual":
            yield from ((f"V{i}", (units, units)), (f"c{i}", (1, units)))
            if units != width:
                yield f"P{i}", (width, units)
        if layer["layer"].endswith("norm"):
            yield from ((f"scale{i}", (1, width)), (f"shift{i}", (1, width)))
        if layer["layer"] == "batch-norm":
            yield from ((f"mean{i}", (1, width)), (f"variance{i}", (1, width)))
        width = units or width


def solved(name, layers, kind, random, rows=9, inputs=4, outputs=3):
    classes = kind != "half-squared-error"
    y = random.integers(0, outputs, rows) if classes else random.normal(size=(rows, outputs))
    weights = random.uniform(0.5, 2, rows)
    weights[2] = 0
    case = {"name": name, "layers": layers, "loss": kind, "outputs": outputs}
    case |= {"x": random.normal(1, 2, (rows, inputs)).tolist(), "y": y.tolist(), "weights": weights.tolist()}
    p = {key: random.normal(0, 0.7, shape) for key, shape in shapes(case, outputs)}
    followed = {}
    value = loss(case, p, followed)
    gradient = {}
    for key in p:
        if key in followed:
            gradient[key] = weights.sum() * (p[key] - followed[key])
            continue
        gradient[key] = np.zeros(p[key].shape)
        for at in np.ndindex(p[key].shape):
            moved = p[key].astype(complex)
            moved[at] += 1j * STEP
            gradient[key][at] = loss(case, p | {key: moved}, {}).imag / STEP
    case["parameters"] = {key: array.tolist() for key, array in p.items()}
    return case | {"value": float(value), "gradient": {key: array.tolist() for key, array in gradient.items()}}


def affine(units, activation):
    return {"layer": "affine", "units": units, "activation": activation}


def residual(units, activation):
    return {"layer": "residual", "units": units, "activation": activation}


def cases(random):
    relu, batch, row = {"layer": "activation", "activation": "relu"}, {"layer": "batch-norm"}, {"layer": "layer-norm"}
    softmax, squared = "softmax-cross-entropy", "half-squared-error"
    yield solved("batch-norm before relu", [affine(6, "identity"), batch, relu], softmax, random)
    yield solved("batch-norm of the features", [batch, affine(5, "tanh")], squared, random)
    yield solved("layer-norm before relu", [affine(6, "identity"), row, relu], softmax, random)
    yield solved("layer-norm of the features", [row, affine(5, "tanh")], squared, random)
    yield solved("residual block", [affine(5, "tanh"), residual(5, "relu")], softmax, random)
    yield solved("residual block of another width", [residual(6, "silu")], squared, random)
    both = [residual(6, "tanh"), batch, residual(6, "relu"), row, residual(3, "silu"), batch]
    yield solved("residual blocks between normalisations", both, softmax, random)


if __name__ == "__main__":
    file = pathlib.Path(__file__).with_suffix(".json")
    file.write_text(json.dumps(list(cases(np.random.default_rng(1)))) + "\n")
