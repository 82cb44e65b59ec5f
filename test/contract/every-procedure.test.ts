import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contract } from '../../preload/contract/contract.ts';

/** Read off the tests' own text: that a call is written here says that it is made over both transports, not that it is judged well. */
test('every procedure of the contract is called by some test of this folder', () => {
  const text = readdirSync(import.meta.dirname)
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n');
  const called = new Set(Array.from(text.matchAll(/\bclient\.(\w+\.\w+)\(/g), ([, name]) => name));
  const names = Object.entries(contract).flatMap(([domain, procedures]) =>
    Object.keys(procedures).map((name) => `${domain}.${name}`),
  );
  expect(names.filter((name) => !called.has(name))).toEqual([]);
});
