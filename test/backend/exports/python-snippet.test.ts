import { expect, test } from 'vitest';
import { pythonSnippet } from '../../../main/backend/exports/python-snippet.ts';
import { PLAINLY_STORED, type StoredTensors } from '../../../main/backend/exports/stored-tensors.ts';

const cnn = { family: 'cnn', inputShape: [1, 28, 28], channels: [16, 32], hidden: 32, classes: 10 } as const;

test('a small network is built under the names that its tensors have, and the file is loaded into it', () => {
  const text = pythonSnippet({
    file: { path: '/soups/greedy "soup".pt', format: 'pytorch-zip' },
    architecture: cnn,
    stored: PLAINLY_STORED,
    normalization: { mean: [0.1307], std: [0.3081] },
  });
  expect(text.split('\n')).toEqual([
    'from collections import OrderedDict',
    'import torch',
    'from torch import nn',
    '',
    'model = nn.Sequential(OrderedDict([',
    '    ("conv1", nn.Conv2d(1, 16, 3, padding=1, bias=False)),',
    '    ("bn1", nn.BatchNorm2d(16)),',
    '    ("relu1", nn.ReLU()),',
    '    ("pool1", nn.MaxPool2d(2)),',
    '    ("conv2", nn.Conv2d(16, 32, 3, padding=1, bias=False)),',
    '    ("bn2", nn.BatchNorm2d(32)),',
    '    ("relu2", nn.ReLU()),',
    '    ("pool2", nn.MaxPool2d(2)),',
    '    ("flatten", nn.Flatten()),',
    '    ("fc1", nn.Linear(1568, 32)),',
    '    ("relu_fc1", nn.ReLU()),',
    '    ("classifier", nn.Linear(32, 10)),',
    ']))',
    'state = torch.load("/soups/greedy \\"soup\\".pt", weights_only=True)',
    'model.load_state_dict(state)',
    'model.eval()',
    '',
    '# Pixel values 0 to 1, less 0.1307, divided by 0.3081 (by channel).',
    'images = torch.zeros(1, 1, 28, 28)',
    'with torch.no_grad():',
    '    logits = model(images)  # [1, 10]',
    '',
  ]);
});

test('fully connected networks and those of torchvision are built as well', () => {
  const file = { path: '/s.safetensors', format: 'safetensors' } as const;
  const mlp = pythonSnippet({
    file,
    architecture: { family: 'mlp', inputShape: [1, 8, 8], hidden: [], classes: 3 },
    stored: PLAINLY_STORED,
    normalization: undefined,
  });
  expect(mlp).toContain('("classifier", nn.Linear(64, 3))');
  expect(mlp).toContain('load_file("/s.safetensors")');
  const resnet = { family: 'resnet', depth: 50, classes: 10 } as const;
  const colour = pythonSnippet({
    file,
    architecture: { ...resnet, inputShape: [3, 32, 32] },
    stored: PLAINLY_STORED,
    normalization: undefined,
  });
  expect(colour).toContain('model = resnet50(num_classes=10)');
  expect(colour).not.toContain('model.conv1');
  const grey = pythonSnippet({
    file,
    architecture: { ...resnet, inputShape: [1, 32, 32] },
    stored: PLAINLY_STORED,
    normalization: undefined,
  });
  expect(grey).toContain('model.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)');
});

test('tensors are taken from where they lie, and get the names of the network', () => {
  const snippet = (stored: Partial<StoredTensors>) =>
    pythonSnippet({
      file: { path: '/s.ckpt', format: 'pytorch-zip' },
      architecture: cnn,
      stored: { ...PLAINLY_STORED, ...stored },
      normalization: undefined,
    });
  expect(snippet({ key: 'ema.state_dict', prefix: 'module.' })).toContain(
    [
      'state = torch.load("/s.ckpt", weights_only=True)["ema"]["state_dict"]',
      'state = {name.removeprefix("module."): tensor for name, tensor in state.items()}',
      'model.load_state_dict(state)',
    ].join('\n'),
  );
  expect(snippet({ names: { 'a.b': 'conv1.weight' } })).toContain(
    ['names = {', '    "a.b": "conv1.weight",', '}', 'state = {names[name]: tensor'].join('\n'),
  );
});
