import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pageFile, sentFile } from '../../../main/backend/api/page-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-pages-'));
  writeFileSync(join(folder, 'page.js'), 'text');
  writeFileSync(join(folder, 'page.js.br'), 'less');
  writeFileSync(join(folder, 'picture.png'), 'pixels');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('who accepts Brotli gets the compressed file, under the type of the one that was asked for', () => {
  for (const accepted of ['br', 'gzip, deflate, br, zstd', 'gzip;q=1.0, br;q=0.5']) {
    const sent = sentFile(pageFile(folder, '/page.js')!, accepted);
    expect(sent.path, accepted).toBe(join(folder, 'page.js.br'));
    expect(sent.headers, accepted).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'accept-encoding',
    });
  }
});

test('everybody else gets the file itself', () => {
  for (const accepted of [undefined, '', 'gzip, deflate', 'gzip, br;q=0', 'br ; q=0.000', 'bread']) {
    const sent = sentFile(pageFile(folder, '/page.js')!, accepted);
    expect(sent.path, accepted).toBe(join(folder, 'page.js'));
    expect(sent.headers['content-encoding'], accepted).toBeUndefined();
    expect(sent.headers.vary, accepted).toBe('accept-encoding');
  }
});

test('what the build did not compress is sent as it is', () => {
  const sent = sentFile(pageFile(folder, '/picture.png')!, 'br');
  expect(sent).toEqual(pageFile(folder, '/picture.png'));
});
