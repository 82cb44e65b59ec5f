/**
 * The gradient of a convolution without padding with respect to its filter [kernelHeight, kernelWidth, in, out]:
 * gradient[k, l, i, o] = Σ x[n, r · strideHeight + k, c · strideWidth + l, i] · dy[n, r, c, o].
 * A matrix product whose left side is read from the image in place: a tile of 4 × 8 results stays in registers while
 * one image's positions go by.
 * @param x f32 [batch, height, width, inChannels]
 * @param dy f32 [batch, outHeight, outWidth, outChannels]
 * @param outChannels a multiple of 8
 */
export function filterGradient(
  x: usize,
  dy: usize,
  gradient: usize,
  batch: i32,
  height: i32,
  width: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
): void {
  const results = kernelHeight * kernelWidth * inChannels;
  const imageBytes = <usize>height * width * inChannels << 2;
  const gradientBytes = <usize>outHeight * outWidth * outChannels << 2;
  const rowBytes = <usize>strideHeight * width * inChannels << 2;
  const stepBytes = <usize>strideWidth * inChannels << 2;
  const outBytes = <usize>outChannels << 2;
  memory.fill(gradient, 0, <usize>results * outBytes);
  for (let n = 0; n < batch; n++) {
    const image = x + <usize>n * imageBytes;
    const outputs = dy + <usize>n * gradientBytes;
    for (let result = 0; result < results; result += 4) {
      const last = results - 1;
      // Beyond the last result the last one is computed again and not stored.
      const from0 = tapOffset(result, width, inChannels, kernelWidth);
      const from1 = tapOffset(min(result + 1, last), width, inChannels, kernelWidth);
      const from2 = tapOffset(min(result + 2, last), width, inChannels, kernelWidth);
      const from3 = tapOffset(min(result + 3, last), width, inChannels, kernelWidth);
      for (let channel: usize = 0; channel < outBytes; channel += 32) {
        let a0 = f32x4.splat(0);
        let b0 = f32x4.splat(0);
        let a1 = f32x4.splat(0);
        let b1 = f32x4.splat(0);
        let a2 = f32x4.splat(0);
        let b2 = f32x4.splat(0);
        let a3 = f32x4.splat(0);
        let b3 = f32x4.splat(0);
        let right = outputs + channel;
        for (let row = 0; row < outHeight; row++) {
          let left = image + <usize>row * rowBytes;
          for (let column = 0; column < outWidth; column++) {
            const low = v128.load(right);
            const high = v128.load(right, 16);
            const x0 = v128.load32_splat(left + from0);
            a0 = f32x4.add(a0, f32x4.mul(x0, low));
            b0 = f32x4.add(b0, f32x4.mul(x0, high));
            const x1 = v128.load32_splat(left + from1);
            a1 = f32x4.add(a1, f32x4.mul(x1, low));
            b1 = f32x4.add(b1, f32x4.mul(x1, high));
            const x2 = v128.load32_splat(left + from2);
            a2 = f32x4.add(a2, f32x4.mul(x2, low));
            b2 = f32x4.add(b2, f32x4.mul(x2, high));
            const x3 = v128.load32_splat(left + from3);
            a3 = f32x4.add(a3, f32x4.mul(x3, low));
            b3 = f32x4.add(b3, f32x4.mul(x3, high));
            left += stepBytes;
            right += outBytes;
          }
        }
        const to = gradient + <usize>result * outBytes + channel;
        accumulate(to, a0, b0);
        if (result + 1 < results) accumulate(to + outBytes, a1, b1);
        if (result + 2 < results) accumulate(to + 2 * outBytes, a2, b2);
        if (result + 3 < results) accumulate(to + 3 * outBytes, a3, b3);
      }
    }
  }
}

/** Where result [k, l, i] reads, in bytes from where result [0, 0, 0] does. */
function tapOffset(result: i32, width: i32, inChannels: i32, kernelWidth: i32): usize {
  const tap = result / inChannels;
  const channel = result % inChannels;
  return <usize>((tap / kernelWidth * width + tap % kernelWidth) * inChannels + channel) << 2;
}

// @ts-ignore: AssemblyScript's own decorator
@inline
function accumulate(to: usize, low: v128, high: v128): void {
  v128.store(to, f32x4.add(v128.load(to), low));
  v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
}
