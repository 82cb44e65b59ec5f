"""Holds a greedy run (order: article) against the same procedure in PyTorch, on the run's own ingredients and selection data.

    python test/interop/greedy.py WORKSPACE RUN

Needs torch, numpy and safetensors. Written from the description of the procedure in "Model Soup: Improving Deep Learning
Through Weight Averaging": start from the best single model; each round, try every remaining one and add the best strict
improvement. Integer tensors are taken from the first model. Prints both traces side by side, exits with 1 when they differ,
and lists every prediction of a single ingredient that differs, with its margin.
"""
import json
import sqlite3
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

LARGEST_MARGIN = 2e-4


class Network(torch.nn.Module):
    """Stockpot's cnn family, built from the shapes in a state dict."""

    def __init__(self, state):
        super().__init__()
        self.blocks = sum(name.startswith("conv") and name.endswith(".weight") for name in state)
        for number in range(1, self.blocks + 1):
            out_channels, in_channels, size, _ = state[f"conv{number}.weight"].shape
            has_bias = f"conv{number}.bias" in state
            convolution = torch.nn.Conv2d(in_channels, out_channels, size, padding=size // 2, bias=has_bias)
            setattr(self, f"conv{number}", convolution)
            setattr(self, f"bn{number}", torch.nn.BatchNorm2d(out_channels))
        for name in ("fc1", "classifier"):
            if f"{name}.weight" in state:
                outputs, inputs = state[f"{name}.weight"].shape
                setattr(self, name, torch.nn.Linear(inputs, outputs))
        self.load_state_dict(state)
        self.eval()

    def forward(self, x):
        for number in range(1, self.blocks + 1):
            x = torch.relu(getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(x)))
            x = torch.max_pool2d(x, 2)
        x = x.flatten(1)
        if hasattr(self, "fc1"):
            x = torch.relu(self.fc1(x))
        return self.classifier(x)


def logits_of(state, inputs):
    network = Network(state)
    with torch.inference_mode():
        return torch.cat([network(batch) for batch in inputs.split(500)])


def average(states):
    mean = dict(states[0])
    for name, tensor in states[0].items():
        if tensor.is_floating_point():
            mean[name] = sum(state[name] / len(states) for state in states)
    return mean


def greedy(states, inputs, labels):
    def hits(members):
        return int((logits_of(average(members), inputs).argmax(1) == labels).sum())

    trace = []
    singles = [hits([state]) for state in states.values()]
    trace += [("ingredient-scored", name, score) for name, score in zip(states, singles)]
    best = max(singles)
    chosen = [list(states)[singles.index(best)]]
    trace.append(("started", chosen[0], best))
    while remaining := [name for name in states if name not in chosen]:
        scores = [hits([states[member] for member in [*chosen, name]]) for name in remaining]
        trace += [("candidate-scored", name, score) for name, score in zip(remaining, scores)]
        if max(scores) <= best:
            break
        best = max(scores)
        chosen.append(remaining[scores.index(best)])
        trace.append(("accepted", chosen[-1], best))
    return trace


def main(workspace, run):
    database = sqlite3.connect(f"file:{workspace / 'stockpot.db'}?mode=ro", uri=True)
    files = dict(database.execute(
        "SELECT r.name, i.path FROM run_ingredients r JOIN ingredients i ON i.id = r.ingredient_id WHERE r.run_id = ? ORDER BY r.ordinal",
        (run,)))
    (key,) = database.execute(
        "SELECT s.key FROM splits s JOIN run_splits r ON r.split_id = s.id WHERE r.run_id = ? AND s.role = 'selection'",
        (run,)).fetchone()
    folder = workspace / "cache" / "splits" / key
    split = json.loads((folder / "split.json").read_text())
    shape = (split["sampleCount"], *split["sampleShape"])
    pixels = np.fromfile(folder / "images.u8", np.uint8).reshape(shape).astype(np.float32) / np.float32(255)
    mean, std = (np.float32(split["normalization"][part]).reshape(1, -1, 1, 1) for part in ("mean", "std"))
    inputs = torch.from_numpy((pixels - mean) / std)
    labels = torch.from_numpy(np.fromfile(folder / "labels.i32", np.int32).astype(np.int64))

    states = {name: load_file(file) for name, file in files.items()}
    expected = greedy(states, inputs, labels)
    steps = [json.loads(step) for (step,) in database.execute(
        "SELECT step FROM trace_steps WHERE run_id = ? ORDER BY ordinal", (run,))]
    kinds = {"ingredient-scored", "started", "candidate-scored", "accepted"}
    found = [(step["kind"], step["ingredient"], step["score"]["correct"]) for step in steps if step["kind"] in kinds]
    for here, there in zip(found, expected):
        print("same  " if here == there else "DIFFER", *here, "| PyTorch:", *there)

    too_wide = 0
    for name, file in files.items():
        rows = database.execute(
            "SELECT p.file FROM predictions p JOIN subjects s ON s.id = p.subject_id"
            " WHERE json_extract(s.definition, '$.path') = ? AND p.split_key = ?", (file, key))
        ours = np.fromfile(workspace / "cache" / "predictions" / rows.fetchone()[0], np.float32).reshape(shape[0], -1)
        theirs = logits_of(states[name], inputs).numpy()
        differing = np.flatnonzero(ours.argmax(1) != theirs.argmax(1))
        ordered = np.sort(theirs[differing], axis=1)
        margins = ordered[:, -1] - ordered[:, -2]
        too_wide += int((margins >= LARGEST_MARGIN).sum())
        largest = float(np.abs(ours - theirs).max())
        print(f"{name}: largest difference of a logit {largest:.2e}; differing predictions:", dict(zip(differing.tolist(), margins.tolist())))
    return 0 if found == expected and too_wide == 0 else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
