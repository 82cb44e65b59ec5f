"""PyTorch's side of `npm run bench -- soups`: mixing weights over the outputs of frozen networks, learned as training loops do it.

    python learned_mixing.py FOLDER MODELS BATCH EPOCHS

FOLDER holds train.f32, train.i32, selection.f32 and selection.i32 (images and labels), and model-N.f32 (a state dict's float tensors
one after another). Every step runs all networks on its minibatch, every epoch ends with all of them on the selection images; Adam with
a learning rate of 0.01, the order of the samples as it is. Each line of standard input is a request; the answer is a line of JSON.
"""

import json
import os
import sys
import time

import numpy
import torch
from torch import nn

from demo_network import load, network

FOLDER, MODELS, BATCH, EPOCHS = sys.argv[1], *(int(word) for word in sys.argv[2:5])


def read(split):
    images = numpy.fromfile(os.path.join(FOLDER, f"{split}.f32"), dtype="<f4").reshape(-1, 1, 28, 28)
    labels = numpy.fromfile(os.path.join(FOLDER, f"{split}.i32"), dtype="<i4")
    data = torch.utils.data.TensorDataset(torch.from_numpy(images), torch.from_numpy(labels).long())
    return torch.utils.data.DataLoader(data, batch_size=BATCH)


class Mixed(nn.Module):
    def __init__(self, models):
        super().__init__()
        self.models = models
        self.mixing_weights = nn.Parameter(torch.ones(len(models)) / len(models))

    def forward(self, inputs):
        with torch.no_grad():
            outputs = torch.stack([model(inputs) for model in self.models])
        return (torch.softmax(self.mixing_weights, 0).view(-1, 1, 1) * outputs).sum(0)


def learn(models, train, selection):
    mixed = Mixed(models)
    adam = torch.optim.Adam([mixed.mixing_weights], lr=0.01)
    criterion = nn.CrossEntropyLoss()
    best = 0
    for _ in range(EPOCHS):
        for inputs, targets in train:
            adam.zero_grad()
            criterion(mixed(inputs), targets).backward()
            adam.step()
        with torch.no_grad():
            correct = sum(int((mixed(inputs).argmax(1) == targets).sum()) for inputs, targets in selection)
        best = max(best, correct)
    return {"correct": best, "weights": torch.softmax(mixed.mixing_weights.detach(), 0).tolist()}


def main():
    models = []
    for index in range(MODELS):
        model = network()
        load(model, os.path.join(FOLDER, f"model-{index}.f32"))
        models.append(model.eval())
    train, selection = read("train"), read("selection")
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        outcome = learn(models, train, selection)
        print(json.dumps({"seconds": time.perf_counter() - start, **outcome}), flush=True)


main()
