import { expect, test } from 'vitest';
import { collectLicences } from '../../main/desktop/packaging/third-party-licences.ts';

const { packages, texts } = collectLicences();
const names = packages.map(({ name }) => name);

test('what runs is listed with a licence and its text: the pages’ packages, the service’s, and what they depend on', () => {
  for (const name of ['react', '@mantine/core', 'plotly.js', 'zod', 'onnxruntime-node', 'onnxruntime-common']) {
    expect(names).toContain(name);
  }
  expect(packages.filter(({ licence }) => licence === '')).toEqual([]);
  const react = packages.find(({ name }) => name === 'react')!;
  expect(react.licence).toBe('MIT');
  expect(texts[react.text!]).toContain('Permission is hereby granted');
});

test('tools that only build and test are not', () => {
  for (const name of ['typescript', 'vitest', '@playwright/test', 'electron-builder', 'knip']) {
    expect(names).not.toContain(name);
  }
});

test('each package stands there once, in order, and each text is some package’s', () => {
  const keys = packages.map(({ name, version }) => `${name} ${version}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(packages.flatMap(({ text }) => text ?? [])).size).toBe(texts.length);
});
