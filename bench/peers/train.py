"""PyTorch's side of `npm run bench -- train`: training steps of the demo's network, timed on request.

    python train.py FOLDER

FOLDER holds input.f32 (one batch of images), labels.i32 and weights.f32 (the state dict's float tensors one after another).
Each line of standard input is `THREADS STEPS`; the answer is the seconds that so many steps took and the last step's loss.
Steps go on from where the last ones with so many threads ended.
"""

import os
import sys
import time

import numpy
import torch
from torch import nn

from demo_network import load, network

FOLDER = sys.argv[1]


class Training:
    def __init__(self, images, labels):
        self.model = network()
        load(self.model, os.path.join(FOLDER, "weights.f32"))
        self.model.train()
        self.images, self.labels = images, labels
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
        self.criterion = nn.CrossEntropyLoss()

    def step(self):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def main():
    images = torch.from_numpy(numpy.fromfile(os.path.join(FOLDER, "input.f32"), dtype="<f4").reshape(-1, 1, 28, 28))
    labels = torch.from_numpy(numpy.fromfile(os.path.join(FOLDER, "labels.i32"), dtype="<i4")).long()
    trainings = {}
    print(f"PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        threads, steps = (int(word) for word in line.split())
        torch.set_num_threads(threads)
        training = trainings.setdefault(threads, Training(images, labels))
        start = time.perf_counter()
        for _ in range(steps):
            loss = training.step()
        print(time.perf_counter() - start, loss, flush=True)


main()
