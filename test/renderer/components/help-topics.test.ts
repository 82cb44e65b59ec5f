import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HELP_TOPICS } from '../../../renderer/components/help/topics.ts';

const RENDERER = join(import.meta.dirname, '../../../renderer');

const sources = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => ({ name, text: readFileSync(join(RENDERER, name), 'utf8') }));

test('every topic says something, and where it comes from', () => {
  for (const [name, { title, text, sources: named }] of Object.entries(HELP_TOPICS)) {
    expect(title, name).not.toBe('');
    expect(text.join(' ').length, name).toBeGreaterThan(80);
    expect(named.length, name).toBeGreaterThan(0);
  }
});

test('every page has a help of its own, and every topic is to be found somewhere', () => {
  const pages = sources.flatMap(({ name, text }) =>
    Array.from(text.matchAll(/<Page\s[^>]*?help="([\w-]+)"/g), ([, topic]) => ({ name, topic })),
  );
  const opened = sources.reduce((count, { text }) => count + Array.from(text.matchAll(/<Page\s/g)).length, 0);
  expect(pages).toHaveLength(opened);
  // One topic for one file of a page.
  const topicsOf = Map.groupBy(pages, ({ name }) => name);
  for (const [name, named] of topicsOf) expect(new Set(named.map(({ topic }) => topic)).size, name).toBe(1);
  expect(new Set([...topicsOf.values()].map(([first]) => first!.topic)).size).toBe(topicsOf.size);
  const used = new Set(
    sources.flatMap(({ text }) => Array.from(text.matchAll(/\b(?:help|topic)="([\w-]+)"/g), ([, topic]) => topic!)),
  );
  expect([...used].sort()).toEqual(Object.keys(HELP_TOPICS).sort());
});
