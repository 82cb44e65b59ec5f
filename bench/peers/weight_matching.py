"""Weight matching of Git Re-Basin as its authors have it, in NumPy and SciPy: python weight_matching.py PROBLEM.json REFERENCE CANDIDATE DTYPE

Ainsworth, Hayase & Srinivasa, "Git Re-Basin" (2022), arXiv 2209.04836, section 3.2 and Algorithm 1. PROBLEM says which axes of which
tensors have which group's channels (each a block of so many neighbouring places), and in which order each round visits the groups.
Every visit permutes the candidate's tensors afresh, multiplies, and assigns. Prints JSON: permutations, rounds, objective, seconds.
"""

import json
import sys
import time

import numpy as np
from safetensors.numpy import load_file
from scipy.optimize import linear_sum_assignment


def places(parts, permutations):
    """Which place of an axis comes to each place."""
    pieces, start = [], 0
    for part in parts:
        length, block = part["length"], part["block"]
        if part["group"] is None:
            pieces.append(start + np.arange(length))
        else:
            permutation = permutations[part["group"]]
            pieces.append(start + (permutation[:, None] * block + np.arange(block)).ravel())
        start += length
    return np.concatenate(pieces)


def permuted(array, axes, permutations, but=None):
    """The array with its axes rearranged; those with no group's channels, and axis `but`, stay."""
    for axis, parts in enumerate(axes):
        if axis != but and any(part["group"] is not None for part in parts):
            array = np.take(array, places(parts, permutations), axis)
    return array


def channels_first(array, axis, start, part):
    """A row a channel: [channels, numbers of each]."""
    array = np.moveaxis(array, axis, 0)[start : start + part["length"]]
    return array.reshape(part["length"] // part["block"], -1)


def match(problem, a, b):
    sizes = problem["groups"]
    permutations = [np.arange(size) for size in sizes]
    rounds = 0
    for order in problem["orders"]:
        progress = False
        for group in order:
            gains = np.zeros((sizes[group], sizes[group]), dtype=a[problem["tensors"][0]["name"]].dtype)
            for tensor in problem["tensors"]:
                for axis, parts in enumerate(tensor["axes"]):
                    start = 0
                    for part in parts:
                        if part["group"] == group:
                            name = tensor["name"]
                            left = channels_first(a[name], axis, start, part)
                            right = channels_first(
                                permuted(b[name], tensor["axes"], permutations, axis), axis, start, part
                            )
                            gains += left @ right.T
                        start += part["length"]
            _, found = linear_sum_assignment(gains, maximize=True)
            rows = np.arange(sizes[group])
            before, after = gains[rows, permutations[group]].sum(), gains[rows, found].sum()
            if after > before + problem["leastGain"] * max(1, abs(before)):
                permutations[group] = found
                progress = True
        rounds += 1
        if not progress:
            break
    return permutations, rounds


def main():
    problem_path, reference, candidate, dtype = sys.argv[1:]
    with open(problem_path) as file:
        problem = json.load(file)
    names = [tensor["name"] for tensor in problem["tensors"]]
    a, b = (
        {name: tensors[name].astype(dtype) for name in names} for tensors in (load_file(reference), load_file(candidate))
    )
    started = time.perf_counter()
    permutations, rounds = match(problem, a, b)
    seconds = time.perf_counter() - started
    objective = sum(
        np.vdot(
            a[tensor["name"]].astype("float64"),
            permuted(b[tensor["name"]].astype("float64"), tensor["axes"], permutations),
        )
        for tensor in problem["tensors"]
    )
    print(
        json.dumps(
            {
                "permutations": [permutation.tolist() for permutation in permutations],
                "rounds": rounds,
                "objective": float(objective),
                "seconds": seconds,
            }
        )
    )


main()
