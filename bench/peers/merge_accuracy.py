"""Compares a merged file with what NumPy computes in float64: python merge_accuracy.py WEIGHT,... MERGED INPUT...

Prints JSON: the largest relative error over all elements of floating-point tensors whose exact value is not zero.
"""

import json
import sys

import numpy as np
import torch
from safetensors.torch import load_file


def tensors(path):
    return load_file(path) if path.endswith(".safetensors") else torch.load(path, weights_only=True)


def main():
    weights = [float(weight) for weight in sys.argv[1].split(",")]
    merged, *inputs = [tensors(path) for path in sys.argv[2:]]
    largest, where, differing = 0.0, "", 0
    for name, found in merged.items():
        if not found.is_floating_point():
            continue
        exact = sum(w * each[name].numpy().astype(np.float64) for w, each in zip(weights, inputs))
        found = found.numpy()
        differing += int((found != exact.astype(found.dtype)).sum())
        usable = exact != 0
        errors = np.abs(found.astype(np.float64) - exact)[usable] / np.abs(exact[usable])
        if errors.size and errors.max() > largest:
            largest, where = float(errors.max()), name
    print(json.dumps({"largestRelativeError": largest, "tensor": where, "differingFromOneRounding": differing}))


main()
