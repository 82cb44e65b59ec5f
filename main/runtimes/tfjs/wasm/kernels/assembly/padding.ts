/** Copies images [batch, height, width, channels] into larger ones of zeros. All sizes and paddings are in elements. */
export function padImages(
  x: usize,
  y: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
): void {
  const pixel = <usize>channels << 2;
  const line = <usize>width * pixel;
  const paddedLine = <usize>(left + width + right) * pixel;
  memory.fill(y, 0, <usize>batch * (top + height + bottom) * paddedLine);
  for (let n = 0; n < batch; n++) {
    let from = x + <usize>n * height * line;
    let to = y + (<usize>n * (top + height + bottom) + top) * paddedLine + <usize>left * pixel;
    for (let row = 0; row < height; row++, from += line, to += paddedLine) memory.copy(to, from, line);
  }
}
