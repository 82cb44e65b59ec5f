/**
 * Gradients of pooling. Images are f32 [batch, height, width, channels]; output position (r, c) looks at rows
 * r · strideHeight − padTop … + kernelHeight − 1, likewise for columns, as far as they are inside the image.
 */

/** The first largest element of each window, in row-major order, receives the window's gradient. */
export function maxPoolGradient(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = <usize>channels << 2;
  memory.fill(dx, 0, <usize>batch * height * width * pixel);
  for (let n = 0; n < batch; n++) {
    const image = <usize>n * height * width * pixel;
    for (let row = 0; row < outHeight; row++) {
      const top = row * strideHeight - padTop;
      for (let column = 0; column < outWidth; column++) {
        const left = column * strideWidth - padLeft;
        const out = ((<usize>n * outHeight + row) * outWidth + column) * pixel;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          const largest = v128.load(y + out + c);
          const gradient = v128.load(dy + out + c);
          let open = i32x4.splat(-1);
          for (let k = max(top, 0); k < min(top + kernelHeight, height); k++) {
            for (let l = max(left, 0); l < min(left + kernelWidth, width); l++) {
              const at = image + (<usize>k * width + l) * pixel + c;
              const here = v128.and(open, f32x4.eq(v128.load(x + at), largest));
              open = v128.andnot(open, here);
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(gradient, here)));
            }
          }
        }
        for (; c < pixel; c += 4) {
          const largest = load<f32>(y + out + c);
          let open = true;
          for (let k = max(top, 0); open && k < min(top + kernelHeight, height); k++) {
            for (let l = max(left, 0); open && l < min(left + kernelWidth, width); l++) {
              const at = image + (<usize>k * width + l) * pixel + c;
              if (load<f32>(x + at) != largest) continue;
              open = false;
              store<f32>(dx + at, load<f32>(dx + at) + load<f32>(dy + out + c));
            }
          }
        }
      }
    }
  }
}

/** Each element of a window, padding not counted, receives an equal share of the window's gradient. */
export function averagePoolGradient(
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = <usize>channels << 2;
  memory.fill(dx, 0, <usize>batch * height * width * pixel);
  for (let n = 0; n < batch; n++) {
    const image = <usize>n * height * width * pixel;
    for (let row = 0; row < outHeight; row++) {
      const top = max(row * strideHeight - padTop, 0);
      const bottom = min(row * strideHeight - padTop + kernelHeight, height);
      for (let column = 0; column < outWidth; column++) {
        const left = max(column * strideWidth - padLeft, 0);
        const right = min(column * strideWidth - padLeft + kernelWidth, width);
        const out = ((<usize>n * outHeight + row) * outWidth + column) * pixel;
        const share = <f32>1 / <f32>((bottom - top) * (right - left));
        for (let k = top; k < bottom; k++) {
          for (let l = left; l < right; l++) {
            const at = dx + image + (<usize>k * width + l) * pixel;
            let c: usize = 0;
            for (; c + 16 <= pixel; c += 16) {
              const part = f32x4.mul(v128.load(dy + out + c), f32x4.splat(share));
              v128.store(at + c, f32x4.add(v128.load(at + c), part));
            }
            for (; c < pixel; c += 4) store<f32>(at + c, load<f32>(at + c) + load<f32>(dy + out + c) * share);
          }
        }
      }
    }
  }
}
