import { sep } from 'node:path';
import { expect, test } from 'vitest';
import { filesAmong, handedOver } from '../../main/desktop/opened-files.ts';

test('of a command line, the files that can be opened are taken, from where it was typed', () => {
  const argv = [
    '.',
    '--no-sandbox',
    '--file=x.pt',
    'a.safetensors',
    '/b/c.PT',
    'd.stockpot',
    'e.txt',
    'model.safetensors.index.json',
  ];
  expect(
    filesAmong(argv, '/home/me').map((path) =>
      path
        .split(sep)
        .join('/')
        .replace(/^[A-Z]:/, ''),
    ),
  ).toEqual(['/home/me/a.safetensors', '/b/c.PT', '/home/me/d.stockpot', '/home/me/model.safetensors.index.json']);
});

test('what a second start hands over is taken only in the shape that it is handed over in', () => {
  expect(handedOver({ files: ['/a.pt'] })).toEqual(['/a.pt']);
  for (const strange of [undefined, null, 'a.pt', {}, { files: 'a.pt' }, { files: [1] }]) {
    expect(handedOver(strange)).toEqual([]);
  }
});
