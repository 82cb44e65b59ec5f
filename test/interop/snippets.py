"""Runs every variant of "copy as Python", and holds the network that it leaves against the soup.

    python test/interop/snippets.py

Needs a `node` that runs TypeScript on the path, and torch, numpy, safetensors and onnx. Exits with 1 unless each works.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import traceback

import torch
from safetensors.torch import load_file

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def holds(variant, soup):
    names = {}
    exec(variant["text"], names)
    found = names["model"].state_dict()
    assert found.keys() == soup.keys(), f"tensors {sorted(found.keys() ^ soup.keys())}"
    for name, tensor in soup.items():
        wanted = tensor.to(TYPES[variant["dtype"]]).to(tensor.dtype) if tensor.is_floating_point() else tensor
        assert torch.equal(found[name], wanted), f"{name} differs"
    assert names["logits"].shape == (1, 3)


def main():
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(__file__).parent / "python-snippets.ts"
        answer = subprocess.run(["node", str(script), folder], check=True, capture_output=True, text=True)
        variants = json.loads(answer.stdout)
        soup = load_file(pathlib.Path(folder) / "soup.safetensors")
        for variant in variants:
            try:
                holds(variant, soup)
            except Exception:
                failed.append(variant["name"])
                print(f"{variant['name']}:\n{variant['text']}\n{traceback.format_exc()}")
    print(f"{len(variants) - len(failed)} of {len(variants)} variants load the soup to the bit")
    sys.exit(1 if failed else 0)


main()
