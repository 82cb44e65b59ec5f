"""Holds layerwise soups against the article's own class, run in PyTorch.

    python test/interop/layerwise.py ARTICLE fixture
    python test/interop/layerwise.py ARTICLE WORKSPACE RUN...

ARTICLE is the text of "Model Soup: Improving Deep Learning Through Weight Averaging". Its class is read from there and run as it is:
nothing of it is kept here but how far each of its lines is indented, which the text has lost.

`fixture` runs it on the small networks of test/fixtures/recipes/layers.json and writes what it chose and made beside them. Otherwise
each RUN must be one of the recipe layerwise with the article's options; the class is run on the run's own ingredients and selection
data, choices and numbers of correct predictions are held against the run's trace, and every weight against the run's coefficients, and
against its exported file where there is one. Counters of batches, on which the class stops with an error, are set aside.

Needs torch, numpy and safetensors. Exits with 1 when anything differs.
"""

import contextlib
import copy
import io
import json
import re
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

LARGEST_DIFFERENCE = 1e-4
FIXTURES = Path(__file__).parent.parent / "fixtures" / "recipes"
STOCKPOT = Path(__file__).parent.parent.parent / "main" / "cli" / "stockpot.mjs"

# Of each line of the class, from its first to its last.
INDENTS = "".join(
    [
        "011222",  # the class and its beginning
        "122222",  # adding a model
        "12223323323323",  # the choice of a strategy
        "1222222222333223422",  # everything
        "12232222222233433334444553333334442222",  # selective
        "1222222233222223342222",  # classifier only
        "12222223444442",  # evaluation
    ]
)


def load_class(article, log):
    lines = Path(article).read_text().splitlines()
    first = lines.index("class LayerwiseSoup:")
    source = "\n".join(int(indent) * "    " + line for indent, line in zip(INDENTS, lines[first:]))
    names = {"torch": torch, "copy": copy, "OrderedDict": OrderedDict}
    exec(compile(source, str(article), "exec"), names)
    soup = names["LayerwiseSoup"]
    evaluate = soup._evaluate_model

    def logged(self, model, loader, device):
        accuracy = evaluate(self, model, loader, device)
        log.append(round(accuracy * sum(len(labels) for _, labels in loader)))
        return accuracy

    soup._evaluate_model = logged
    return soup


def run_article(article, network, states, strategy, batches):
    """The model that comes of it, the words whose tensors it averaged, and all that it evaluated."""
    log = []
    soup = load_class(article, log)(network)
    for state in states:
        soup.add_model(state)
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        made = soup.create_layerwise_soup(strategy, batches, "cpu").state_dict()
    return made, re.findall(r"^Averaged (\w+) layers", told.getvalue(), re.M), log


class Small(torch.nn.Module):
    """The networks of layers.json, in double precision."""

    def __init__(self, shapes):
        super().__init__()
        for name, shape in shapes.items():
            *path, last = name.split(".")
            module = self
            for part in path:
                if not hasattr(module, part):
                    module.add_module(part, torch.nn.Module())
                module = getattr(module, part)
            module.register_parameter(last, torch.nn.Parameter(torch.zeros(shape, dtype=torch.float64)))
        self.requires_grad_(False)

    def forward(self, x):
        x = torch.relu((x @ self.conv.weight + self.conv.bias) * self.bn.weight + self.bn.bias)
        x = torch.relu(x @ self.fc.weight + self.fc.bias) * self.fc_bn.weight
        return (x @ self.classifier.weight + self.classifier.bias) * self.scale


def write_fixture(article):
    reference = json.loads((FIXTURES / "layers.json").read_text())
    shapes = reference["network"]["shapes"]
    written = []
    for case in reference["cases"]:
        labels = torch.tensor(case["labels"])
        inputs = torch.tensor(case["inputs"], dtype=torch.float64).reshape(len(labels), -1)
        states = []
        for values in case["models"]:
            state, start = OrderedDict(), 0
            for name, shape in shapes.items():
                size = int(np.prod(shape))
                state[name] = torch.tensor(values[start : start + size], dtype=torch.float64).reshape(shape)
                start += size
            states.append(state)
        for strategy in ("all", "selective", "classifier_only"):
            made, kept, log = run_article(article, lambda: Small(shapes), states, strategy, [(inputs, labels)])
            written.append(
                {
                    "case": len(written) // 3,
                    "strategy": strategy,
                    "kept": kept,
                    "correct": log,
                    "fingerprint": [
                        round(float((value.ravel() * torch.arange(1, value.numel() + 1)).sum()), 9)
                        for value in (made[name] for name in shapes)
                    ],
                }
            )
    path = FIXTURES / "layerwise-article.json"
    path.write_text("[\n" + ",\n".join(json.dumps(each) for each in written) + "\n]\n")
    print(f"{path}: {len(written)} soups")


class Cnn(torch.nn.Module):
    """Stockpot's cnn family, built from the shapes in a state dict; without counters of batches."""

    def __init__(self, state):
        super().__init__()
        self.blocks = sum(name.startswith("conv") and name.endswith(".weight") for name in state)
        for number in range(1, self.blocks + 1):
            out_channels, in_channels, size, _ = state[f"conv{number}.weight"].shape
            has_bias = f"conv{number}.bias" in state
            convolution = torch.nn.Conv2d(in_channels, out_channels, size, padding=size // 2, bias=has_bias)
            norm = torch.nn.BatchNorm2d(out_channels)
            norm.num_batches_tracked = None
            setattr(self, f"conv{number}", convolution)
            setattr(self, f"bn{number}", norm)
        for name in ("fc1", "classifier"):
            if f"{name}.weight" in state:
                outputs, inputs = state[f"{name}.weight"].shape
                setattr(self, name, torch.nn.Linear(inputs, outputs))

    def load_state_dict(self, state):
        # To states without a version PyTorch adds the counter of batches, which is not wanted here.
        assert set(state) == set(self.state_dict())
        return super().load_state_dict(state, strict=False)

    def forward(self, x):
        for number in range(1, self.blocks + 1):
            x = torch.relu(getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(x)))
            x = torch.max_pool2d(x, 2)
        x = x.flatten(1)
        if hasattr(self, "fc1"):
            x = torch.relu(self.fc1(x))
        return self.classifier(x)


def read_run(workspace, number):
    command = ["node", str(STOCKPOT), "show", number, "--json", "--dir", str(workspace)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["run"]


def selection_of(workspace, run):
    key = next(split["key"] for split in run["splits"] if split["role"] == "selection")
    folder = workspace / "cache" / "splits" / key
    split = json.loads((folder / "split.json").read_text())
    shape = (split["sampleCount"], *split["sampleShape"])
    pixels = np.fromfile(folder / "images.u8", np.uint8).reshape(shape).astype(np.float32) / np.float32(255)
    mean, std = (np.float32(split["normalization"][part]).reshape(1, -1, 1, 1) for part in ("mean", "std"))
    inputs = torch.from_numpy((pixels - mean) / std)
    labels = torch.from_numpy(np.fromfile(folder / "labels.i32", np.int32).astype(np.int64))
    return list(zip(inputs.split(500), labels.split(500)))


def mixed(coefficients, states):
    """What a run's coefficients make of its ingredients."""
    groups = coefficients["groups"]
    named = {name: group for group in groups if group["tensors"] != "rest" for name in group["tensors"]}
    rest = next((group for group in groups if group["tensors"] == "rest"), None)
    return {
        name: sum(weight * state[name] for weight, state in zip(named.get(name, rest)["weights"], states))
        for name in states[0]
    }


def compare_run(article, workspace, number):
    run = read_run(workspace, number)
    options = run["options"]
    usual = {"granularity": "name", "order": "given", "start": "first", "passes": 1, "accept": "better", "metric": "accuracy"}
    if run["recipe"] != "layerwise" or any(options[name] != value for name, value in usual.items()):
        raise SystemExit(f"run {number} is none of the recipe layerwise with the article's options")
    states = [
        OrderedDict(pair for pair in load_file(each["path"]).items() if not pair[0].endswith("num_batches_tracked"))
        for each in run["ingredients"]
    ]
    batches = selection_of(workspace, run)
    made, kept, log = run_article(article, lambda: Cnn(states[0]), states, options["strategy"], batches)
    trials = [step for step in run["trace"] if step["kind"] == "trial"]
    ours = [step["what"].removesuffix(" averaged") for step in trials if step["fate"] == "kept"]
    scored = [step for step in run["trace"] if step["kind"] == "ingredient-scored"] + trials
    # What can no longer win is not scored to its end, and then has no number but one that it can't pass.
    same = len(scored) == len(log) and all(
        step["score"]["correct"] == correct if "correct" in step["score"] else correct <= step["score"]["atMost"]
        for step, correct in zip(scored, log)
    )
    print(f"run {number}, {options['strategy']}: kept {ours}, the article {kept}")
    print(f"  correct predictions {'the same' if same else 'DIFFER'}: {log}")
    subjects = [("coefficients", mixed(run["coefficients"], states))]
    subjects += [(each["path"], load_file(each["path"])) for each in run["exports"] if each["format"] == "safetensors"]
    near = True
    for title, soup in subjects:
        difference = max(float((soup[name] - value).abs().max()) for name, value in made.items())
        print(f"  {title}: largest difference of a weight {difference:.2e}")
        near &= difference <= LARGEST_DIFFERENCE
    return same and near and ours == kept


def main(article, subject, *runs):
    if subject == "fixture":
        write_fixture(article)
        return 0
    results = [compare_run(article, Path(subject), run) for run in runs]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
