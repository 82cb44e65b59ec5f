import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const MOST_COLORS = 256;

interface Image {
  readonly width: number;
  readonly height: number;
  /** 0xrrggbb, row by row. */
  readonly pixels: Uint32Array;
}

/** The same picture with at most 256 colours, its own commonest: a third of the bytes for a page of an application. */
export function shrinkPng(file: Buffer): Buffer {
  const image = decode(file);
  const palette = commonestColors(image.pixels);
  return encode(image, palette);
}

/** An 8-bit RGB or RGBA image without interlacing, as browsers write their screenshots (PNG, 3rd edition, 9.2). */
function decode(file: Buffer): Image {
  const chunks = [...chunksOf(file)];
  const header = chunks.find(({ type }) => type === 'IHDR')!.data;
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = header[9] === 6 ? 4 : 3;
  const lines = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const stride = width * channels;
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    const line = unfilter(lines[start]!, lines.subarray(start + 1, start + 1 + stride), above, channels);
    for (let x = 0; x < width; x++) {
      const at = x * channels;
      pixels[y * width + x] = (line[at]! << 16) | (line[at + 1]! << 8) | line[at + 2]!;
    }
    above = line;
  }
  return { width, height, pixels };
}

function* chunksOf(file: Buffer): Generator<{ readonly type: string; readonly data: Buffer }> {
  for (let at = SIGNATURE.length; at < file.length; ) {
    const length = file.readUInt32BE(at);
    yield { type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

function unfilter(filter: number, line: Uint8Array, above: Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(line.length);
  for (let i = 0; i < line.length; i++) {
    const left = i < channels ? 0 : out[i - channels]!;
    const corner = i < channels ? 0 : above[i - channels]!;
    const predicted = [0, left, above[i]!, (left + above[i]!) >> 1, paeth(left, above[i]!, corner)][filter]!;
    out[i] = line[i]! + predicted;
  }
  return out;
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const distances = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)] as const;
  if (distances[0] <= distances[1] && distances[0] <= distances[2]) return left;
  return distances[1] <= distances[2] ? above : corner;
}

/** Maps every colour to its place in the palette. */
function commonestColors(pixels: Uint32Array): {
  readonly colors: readonly number[];
  readonly places: Map<number, number>;
} {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
  const colors = byCount.slice(0, MOST_COLORS);
  const places = new Map(byCount.map((color) => [color, nearest(color, colors)]));
  return { colors, places };
}

function nearest(color: number, colors: readonly number[]): number {
  const distance = (other: number): number =>
    [16, 8, 0].reduce((sum, shift) => sum + (((color >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  return colors.reduce((best, other, place) => (distance(other) < distance(colors[best]!) ? place : best), 0);
}

function encode({ width, height, pixels }: Image, { colors, places }: ReturnType<typeof commonestColors>): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x]!)!;
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 4 + body.length);
  return out;
}
