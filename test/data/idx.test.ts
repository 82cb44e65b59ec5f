import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openIdx, parseIdxHeader } from '../../main/data/idx.ts';
import { openLabelledImages } from '../../main/data/labelled-images.ts';
import { idxBytes, writeImages } from './idx-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-idx-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const pixels = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => 10 * i);

describe('an IDX file', () => {
  it.each([
    ['plain', (bytes: Uint8Array) => bytes],
    ['gzipped', (bytes: Uint8Array) => gzipSync(bytes)],
  ])('is read by rows when it is %s, whatever its name', async (_, pack) => {
    const file = await openIdx(write('data', pack(idxBytes('U8', [3, 2, 4], pixels))));
    expect(file.header).toMatchObject({ element: 'U8', shape: [3, 2, 4], dataOffset: 16, dataLength: 24 });
    const rows = new Uint8Array(16);
    file.readRows(1, rows);
    expect(rows).toEqual(pixels.subarray(8));
    file.close();
  });

  it.each([
    ['U8', 1],
    ['I8', 1],
    ['I16', 2],
    ['I32', 4],
    ['F32', 4],
    ['F64', 8],
  ] as const)('may hold %s, %i bytes each', (element, bytesPerElement) => {
    const header = parseIdxHeader(idxBytes(element, [5, 7], new Uint8Array()), 'data');
    expect(header).toMatchObject({ element, bytesPerElement, dataLength: 35 * bytesPerElement });
  });

  it.each([
    ['empty', new Uint8Array(), 'data/truncated'],
    ['cut in its magic number', Uint8Array.of(0, 0, 8), 'data/truncated'],
    ['cut in its header', idxBytes('U8', [3, 2, 4], pixels).subarray(0, 13), 'data/truncated'],
    ['cut in its data', idxBytes('U8', [3, 2, 4], pixels).subarray(0, 39), 'data/truncated'],
    [
      'longer than its header says',
      Buffer.concat([idxBytes('U8', [3, 2, 4], pixels), Uint8Array.of(0)]),
      'data/trailing-bytes',
    ],
    ['something else', Buffer.from('PK\x03\x04 a zip file'), 'data/not-idx'],
    ['of an unknown element type', Uint8Array.of(0, 0, 10, 1, 0, 0, 0, 0), 'data/not-idx'],
    ['of no dimensions', Uint8Array.of(0, 0, 8, 0), 'data/not-idx'],
    ['of an impossible size', idxBytes('F64', [2 ** 32 - 1, 2 ** 32 - 1, 9], new Uint8Array()), 'data/not-idx'],
  ])('is refused by name when it is %s', async (_, bytes, code) => {
    await expect(openIdx(write('data', bytes))).rejects.toMatchObject({
      code,
      kind: 'input',
      where: join(folder, 'data'),
    });
  });

  it('is refused when its archive ends too early, is damaged, or holds more than it announces', async () => {
    const packed = gzipSync(idxBytes('U8', [3, 2, 4], pixels));
    await expect(openIdx(write('cut.gz', packed.subarray(0, -12)))).rejects.toMatchObject({ code: 'data/truncated' });
    const damaged = Buffer.from(packed);
    damaged[14] = damaged[14]! ^ 0xff;
    await expect(openIdx(write('bad.gz', damaged))).rejects.toMatchObject({ code: 'data/damaged-archive' });
    const bomb = gzipSync(Buffer.concat([idxBytes('U8', [3, 2, 4], pixels), new Uint8Array(50_000_000)]));
    await expect(openIdx(write('bomb.gz', bomb))).rejects.toMatchObject({ code: 'data/trailing-bytes' });
    const huge = gzipSync(Buffer.concat([idxBytes('U8', [2 ** 31, 2], new Uint8Array()), new Uint8Array(5000)]));
    await expect(openIdx(write('huge.gz', huge))).rejects.toMatchObject({ code: 'data/too-large' });
  });

  it('that is not there is said not to be there', async () => {
    await expect(openIdx(join(folder, 'none'))).rejects.toMatchObject({ code: 'file/not-found' });
    await expect(openIdx(folder)).rejects.toMatchObject({ code: 'file/not-a-file' });
  });

  it('of any bytes is opened or refused with a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        const path = write('any', bytes);
        const found = await openIdx(path).then(
          (file) => {
            file.close();
            return 'data/opened';
          },
          (error: { code: string }) => error.code,
        );
        expect(found).toMatch(/^data\//);
      }),
      { numRuns: 200 },
    );
  });
});

describe('images and labels', () => {
  it('are read together, grey or in colour', async () => {
    const images = write('colour', idxBytes('U8', [2, 3, 2, 2], pixels));
    const labels = write('labels', idxBytes('I32', [2], Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0)));
    const opened = await openLabelledImages({ images, labels }, undefined);
    expect(opened.shape).toEqual({ channels: 3, height: 2, width: 2 });
    expect(opened.labels).toEqual(Int32Array.of(1, 256));
    expect(opened.classCount).toBe(257);
    opened.close();
  });

  it('must be as many', async () => {
    const { images } = writeImages(folder, 12, 4, 3);
    const labels = write('few', idxBytes('U8', [11], new Uint8Array(11)));
    await expect(openLabelledImages({ images, labels }, 3)).rejects.toMatchObject({
      code: 'data/count-mismatch',
      what: 'There are 12 images but 11 labels',
    });
  });

  it('must not be swapped', async () => {
    const { images, labels } = writeImages(folder, 12, 4, 3);
    await expect(openLabelledImages({ images: labels, labels: images }, 3)).rejects.toMatchObject({
      code: 'data/not-labels',
    });
    await expect(openLabelledImages({ images: labels, labels }, 3)).rejects.toMatchObject({ code: 'data/not-images' });
  });

  it('must have labels among the classes', async () => {
    const { images, labels } = writeImages(folder, 12, 4, 3);
    await expect(openLabelledImages({ images, labels }, 2)).rejects.toMatchObject({ code: 'data/bad-label' });
    const negative = write('negative', idxBytes('I8', [12], new Uint8Array(12).fill(255)));
    await expect(openLabelledImages({ images, labels: negative }, undefined)).rejects.toMatchObject({
      code: 'data/bad-label',
    });
  });
});
