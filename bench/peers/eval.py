"""PyTorch's side of `npm run bench -- eval`: forward passes of the demo's network, timed on request.

    python eval.py FOLDER THREADS

FOLDER holds input.f32 (images) and weights.f32 (the state dict's float tensors one after another). Each line of standard
input is `BATCH LAYOUT` (LAYOUT: contiguous or channels_last); the answer is the seconds that one pass over all images took.
The first pass leaves its logits in FOLDER/pytorch.f32.
"""

import os
import sys
import time

import numpy
import torch

from demo_network import load, network

FOLDER, THREADS = sys.argv[1], int(sys.argv[2])


def main():
    torch.set_num_threads(THREADS)
    model = network()
    load(model, os.path.join(FOLDER, "weights.f32"))
    model.eval()
    images = torch.from_numpy(numpy.fromfile(os.path.join(FOLDER, "input.f32"), dtype="<f4").reshape(-1, 1, 28, 28))
    written = False
    print(f"torch {torch.__version__}", flush=True)
    for line in sys.stdin:
        batch, layout = line.split()
        memory_format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        model.to(memory_format=memory_format)
        with torch.inference_mode():
            start = time.perf_counter()
            parts = [model(part.to(memory_format=memory_format)) for part in images.split(int(batch))]
            logits = torch.cat(parts)
            seconds = time.perf_counter() - start
        if not written:
            logits.numpy().astype("<f4").tofile(os.path.join(FOLDER, "pytorch.f32"))
            written = True
        print(seconds, flush=True)


main()
