/**
 * Stored bytes [channels, height, width] as what a canvas takes: one channel is grey, of more the first three are red, green
 * and blue; of two the second is left out.
 * @returns RGBA, height × width × 4
 */
export function toRgba(
  bytes: Uint8Array,
  [channels = 1, height = 1, width = 1]: readonly number[],
): Uint8ClampedArray<ArrayBuffer> {
  const plane = height * width;
  const rgba = new Uint8ClampedArray(plane * 4);
  const [red, green, blue] = channels >= 3 ? [0, plane, 2 * plane] : [0, 0, 0];
  for (let pixel = 0; pixel < plane; pixel++) {
    rgba[4 * pixel] = bytes[red + pixel]!;
    rgba[4 * pixel + 1] = bytes[green + pixel]!;
    rgba[4 * pixel + 2] = bytes[blue + pixel]!;
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}

export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
