"""The obvious way to average checkpoints with PyTorch: python merge_loop.py OUTPUT INPUT..."""

import sys
import time

import torch
from safetensors.torch import load_file, save_file


def main():
    output, *inputs = sys.argv[1:]
    started = time.perf_counter()
    total = None
    with torch.no_grad():
        for path in inputs:
            tensors = load_file(path)
            if total is None:
                total = {name: tensor.clone() for name, tensor in tensors.items()}
                for tensor in total.values():
                    if tensor.is_floating_point():
                        tensor.mul_(1 / len(inputs))
                continue
            for name, tensor in tensors.items():
                if tensor.is_floating_point():
                    total[name].add_(tensor, alpha=1 / len(inputs))
    save_file(total, output)
    print(time.perf_counter() - started)


main()
