import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GUIDE = join(ROOT, 'docs', 'guide.md');
const guide = readFileSync(GUIDE, 'utf8');

/** Where the words of the pages are written: pages, and what registries and schemas bring to them. */
const SOURCES = [
  'renderer',
  'preload',
  'main/recipes',
  'main/data',
  'main/metrics',
  'main/checkpoints',
  'main/backend',
];

function wordsOfTheProduct(): string {
  const files = SOURCES.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  return files.join('\n').replace(/\s+/g, ' ');
}

/** Bold words that begin a list's entry and are followed by a colon are the entry's title, unless the page has them too. */
function labels(): readonly string[] {
  const troubles = guide.indexOf('## When something is wrong');
  const titles = new Set([...guide.slice(troubles).matchAll(/^- \*\*([^*]+)\*\*/gm)].map(([, title]) => title!));
  return [...new Set([...guide.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label!.replace(/\s+/g, ' ')))].filter(
    (label) => !titles.has(label) && label !== 'bold',
  );
}

test('every label that the guide quotes is in the product, in the same words', () => {
  const words = wordsOfTheProduct();
  expect(labels().length).toBeGreaterThan(60);
  expect(labels().filter((label) => !words.includes(label))).toEqual([]);
});

test('every picture and every place that the guide refers to is there', () => {
  const links = [...guide.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
  const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(
    ([, title]) =>
      `#${title!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-')}`,
  );
  const missing = links.filter((link) =>
    link.startsWith('#') ? !anchors.includes(link) : !existsSync(join(dirname(GUIDE), link)),
  );
  expect(missing).toEqual([]);
});
