"""The demo's network in PyTorch, and its weights as Stockpot hands them over."""

import numpy
import torch
from torch import nn


def network():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1568, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )


def load(model, path):
    """Fills `model` from a file that holds the state dict's float tensors one after another, little-endian float32."""
    values = torch.from_numpy(numpy.fromfile(path, dtype="<f4"))
    offset = 0
    for tensor in model.state_dict().values():
        if tensor.dtype == torch.float32:
            tensor.copy_(values[offset : offset + tensor.numel()].reshape(tensor.shape))
            offset += tensor.numel()
    assert offset == values.numel()
