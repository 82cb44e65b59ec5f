import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACTIONS, hrefOf } from '../../../renderer/app/actions.ts';

const ROUTER = readFileSync(new URL('../../../renderer/app/router.tsx', import.meta.url), 'utf8');
const paths = ACTIONS.flatMap(({ does }) => (does.kind === 'go' ? [does.path.split('#')[0]!] : []));

test('every page is reached by an action, but a run, which is found by its name, and where a file comes from, by dropping it', () => {
  const pages = [...ROUTER.matchAll(/path: '(?<path>[^']+)'/g)].map(({ groups }) => groups!.path!);
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.filter((page) => !paths.includes(page))).toEqual(['/projects/$projectId/runs/$runId', '/origin']);
  expect(paths.filter((path) => !pages.includes(path))).toEqual([]);
});

test('no two actions have the same id or name, and those for a project need one', () => {
  expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
  expect(new Set(ACTIONS.map(({ label }) => label)).size).toBe(ACTIONS.length);
  for (const { scope, does } of ACTIONS) {
    if (does.kind === 'go') expect(does.path.includes('$projectId')).toBe(scope === 'project');
  }
});

test('an action leads to an address', () => {
  const go = { kind: 'go', path: '/projects/$projectId/runs', search: { q: 'created > 7d' } } as const;
  expect(hrefOf(go, '3')).toBe('/projects/3/runs?q=created%20%3E%207d');
  expect(hrefOf({ kind: 'go', path: '/settings#devices' }, undefined)).toBe('/settings#devices');
});
