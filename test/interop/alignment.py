"""Holds `stockpot align` against weight matching as the authors of Git Re-Basin have it, restated with SciPy's assignment solver.

    python test/interop/alignment.py

Needs numpy, scipy and safetensors, and a `node` that runs TypeScript on the path. Which axes of which tensors share their channels is
written down by hand for an MLP and a CNN with BatchNorm, as in the authors' code, where Stockpot derives it from the graph.

- A randomly permuted copy must come back bit for bit.
- Of two networks drawn apart, what Stockpot made must be where the authors' algorithm stops: no group's assignment gains anything more (Ainsworth et al.
  2022, arXiv 2209.04836, section 3.2), and the sum of products must not be below the least that their algorithm reaches in several orders.

Exits with 1 unless all of this holds.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.optimize import linear_sum_assignment

STOCKPOT = pathlib.Path(__file__).parent.parent.parent / "main" / "cli" / "stockpot.mjs"

MLP = {
    "shapes": {"fc1.weight": (48, 30), "fc1.bias": (48,), "fc2.weight": (40, 48), "fc2.bias": (40,), "classifier.weight": (7, 40), "classifier.bias": (7,)},
    "groups": {"fc1.weight": ("A", None), "fc1.bias": ("A",), "fc2.weight": ("B", "A"), "fc2.bias": ("B",), "classifier.weight": (None, "B")},
    "statistics": set(),
}
CNN_GROUPS = {"conv1.weight": ("A", None), "conv2.weight": ("B", "A"), "fc1.weight": ("C", "B"), "fc1.bias": ("C",), "classifier.weight": (None, "C")}
CNN_GROUPS |= {f"bn{i}.{part}": (group,) for i, group in ((1, "A"), (2, "B")) for part in ("weight", "bias", "running_mean", "running_var")}
CNN = {
    "shapes": {
        "conv1.weight": (16, 3, 3, 3), "conv2.weight": (24, 16, 3, 3), "fc1.weight": (32, 24 * 16), "fc1.bias": (32,), "classifier.weight": (10, 32),
        "classifier.bias": (10,), **{f"bn{i}.{part}": (n,) for i, n in ((1, 16), (2, 24)) for part in ("weight", "bias", "running_mean", "running_var")},
    },
    "groups": CNN_GROUPS,
    # Each channel of the last convolution is so many neighbouring inputs of fc1.
    "blocks": {"fc1.weight": 16},
    "statistics": {f"bn{i}.{part}" for i in (1, 2) for part in ("running_mean", "running_var")},
}


def draw(spec, seed):
    random = np.random.default_rng(seed)
    weights = {name: random.standard_normal(shape).astype(np.float32) for name, shape in spec["shapes"].items()}
    for name in spec["shapes"]:
        if name.endswith("running_var"):
            weights[name] = np.abs(weights[name]) + 0.5
    for i in (1, 2):
        if f"bn{i}.weight" in weights:
            weights[f"bn{i}.num_batches_tracked"] = np.array(0, dtype=np.int64)
    return weights


def sizes(spec):
    blocks = spec.get("blocks", {})
    return {
        group: spec["shapes"][name][axis] // (blocks.get(name, 1) if axis == 1 else 1)
        for name, axes in spec["groups"].items()
        for axis, group in enumerate(axes)
        if group is not None
    }


def places(spec, name, axis, permutation):
    block = spec.get("blocks", {}).get(name, 1) if axis == 1 else 1
    return (permutation[:, None] * block + np.arange(block)).ravel()


def permuted(spec, weights, permutations, but=None):
    moved = dict(weights)
    for name, axes in spec["groups"].items():
        for axis, group in enumerate(axes):
            if group is not None and group != but:
                moved[name] = np.take(moved[name], places(spec, name, axis, permutations[group]), axis)
    return moved


def gains(spec, a, b, permutations, group):
    """What matching each channel of a with each of b is worth, all other groups as they are."""
    count, others = sizes(spec)[group], permuted(spec, b, permutations, but=group)
    total = np.zeros((count, count))
    for name, axes in spec["groups"].items():
        if name in spec["statistics"]:
            continue
        for axis, own in enumerate(axes):
            if own == group:
                left, right = (np.moveaxis(w[name].astype(np.float64), axis, 0).reshape(count, -1) for w in (a, others))
                total += left @ right.T
    return total


def match(spec, a, b, seed):
    random, permutations = np.random.default_rng(seed), {group: np.arange(n) for group, n in sizes(spec).items()}
    while True:
        progress = False
        for group in random.permutation(sorted(permutations)):
            worth = gains(spec, a, b, permutations, group)
            rows, found = linear_sum_assignment(worth, maximize=True)
            if worth[rows, found].sum() > worth[rows, permutations[group]].sum() + 1e-9:
                permutations[group], progress = found, True
        if not progress:
            return permutations


def objective(spec, a, b):
    return sum(np.vdot(a[n].astype(np.float64), b[n].astype(np.float64)) for n in spec["groups"] if n not in spec["statistics"])


def align(folder, reference, candidate):
    paths = [folder / "reference.safetensors", folder / "candidate.safetensors"]
    for path, weights in zip(paths, (reference, candidate)):
        save_file({name: value.copy(order="C") for name, value in weights.items()}, path)
    out = folder / "aligned"
    done = subprocess.run(
        ["node", str(STOCKPOT), "align", *map(str, paths), "-o", str(out), "--json", "--force"], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"stockpot failed: {done.stdout}{done.stderr}")
    json.loads(done.stdout)
    return load_file(out / "candidate.safetensors")


def check(name, spec):
    a, b = draw(spec, 1), draw(spec, 2)
    random = np.random.default_rng(3)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        back = align(folder, a, permuted(spec, a, {group: random.permutation(n) for group, n in sizes(spec).items()}))
        exact = all(np.array_equal(back[tensor], a[tensor]) for tensor in a)
        found = align(folder, a, b)
    identity = {group: np.arange(n) for group, n in sizes(spec).items()}
    more = 0.0
    for group in identity:
        worth = gains(spec, a, found, identity, group)
        rows, columns = linear_sum_assignment(worth, maximize=True)
        more = max(more, (worth[rows, columns].sum() - np.trace(worth)) / abs(np.trace(worth)))
    theirs = [objective(spec, a, permuted(spec, b, match(spec, a, b, seed))) for seed in range(8)]
    ours = objective(spec, a, found)
    ok = exact and more < 1e-9 and ours >= min(theirs) * (1 - 1e-9)
    print(
        f"{'ok  ' if ok else 'FAIL'}  {name}: copy {'exact' if exact else 'NOT exact'}; more to gain {more:.1e}; "
        f"products {objective(spec, a, b):.1f} -> {ours:.1f}, theirs {min(theirs):.1f} to {max(theirs):.1f}"
    )
    return ok


if __name__ == "__main__":
    sys.exit(0 if all([check("MLP", MLP), check("CNN with BatchNorm", CNN)]) else 1)
