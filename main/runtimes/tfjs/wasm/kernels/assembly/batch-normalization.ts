/**
 * Batch normalisation of a row-major f32 matrix [rows, columns], one column a channel, by the columns' own mean and
 * variance. Sums are taken in f32 over short blocks of rows, which stay in the cache, and in f64 across blocks.
 */

const BLOCK: i32 = 64;

/**
 * y = (x − mean) · inverse · gamma + beta. Also written, per column: `mean`, `variance` (unbiased) and `inverse`, which is
 * 1 / √(biased variance + epsilon).
 * @param scratch 2 · columns f64, 8-byte aligned
 */
export function normalizeBatch(
  x: usize,
  rows: i32,
  columns: i32,
  gamma: usize,
  beta: usize,
  epsilon: f64,
  y: usize,
  mean: usize,
  variance: usize,
  inverse: usize,
  scratch: usize,
): void {
  memory.fill(scratch, 0, <usize>columns << 4);
  // Deviations from the first row instead of from zero: no cancellation where a mean is far from zero.
  for (let row = 0; row < rows; row += BLOCK) {
    addDeviations(x + (<usize>row * columns << 2), min(BLOCK, rows - row), columns, x, scratch);
  }
  const factors = scratch;
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    const sum = load<f64>(scratch + (<usize>c << 3)) / rows;
    const squares = load<f64>(scratch + (<usize>(columns + c) << 3)) / rows;
    const biased = max<f64>(squares - sum * sum, 0);
    const scale = 1 / sqrt<f64>(biased + epsilon);
    store<f32>(mean + at, <f32>(<f64>load<f32>(x + at) + sum));
    store<f32>(variance + at, <f32>(biased * (<f64>rows / <f64>max(rows - 1, 1))));
    store<f32>(inverse + at, <f32>scale);
  }
  // The sums are no longer needed: their place takes the factors.
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    store<f32>(factors + at, load<f32>(inverse + at) * load<f32>(gamma + at));
  }
  for (let row = 0; row < rows; row += BLOCK) {
    const offset = <usize>row * columns << 2;
    scaleDeviations(x + offset, min(BLOCK, rows - row), columns, mean, factors, beta, y + offset);
  }
}

/**
 * y = (x − mean) · scale / √(variance + epsilon) + offset, with statistics that are given.
 * @param scratch columns f32
 */
export function normalizeByStatistics(
  x: usize,
  rows: i32,
  columns: i32,
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  epsilon: f32,
  y: usize,
  scratch: usize,
): void {
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    store<f32>(scratch + at, load<f32>(scale + at) / sqrt<f32>(load<f32>(variance + at) + epsilon));
  }
  for (let row = 0; row < rows; row += BLOCK) {
    const from = <usize>row * columns << 2;
    scaleDeviations(x + from, min(BLOCK, rows - row), columns, mean, scratch, offset, y + from);
  }
}

function addDeviations(x: usize, rows: i32, columns: i32, origin: usize, sums: usize): void {
  const stride = <usize>columns << 2;
  const squares = sums + (<usize>columns << 3);
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const at = <usize>c << 2;
    const shift = v128.load(origin + at);
    let sum = f32x4.splat(0);
    let square = f32x4.splat(0);
    let from = x + at;
    for (let row = 0; row < rows; row++) {
      const deviation = f32x4.sub(v128.load(from), shift);
      sum = f32x4.add(sum, deviation);
      square = f32x4.add(square, f32x4.mul(deviation, deviation));
      from += stride;
    }
    addToDoubles(sums + (at << 1), sum);
    addToDoubles(squares + (at << 1), square);
  }
  for (; c < columns; c++) {
    const at = <usize>c << 2;
    const shift = load<f32>(origin + at);
    let sum: f32 = 0;
    let square: f32 = 0;
    for (let row = 0; row < rows; row++) {
      const deviation = load<f32>(x + at + <usize>row * stride) - shift;
      sum += deviation;
      square += deviation * deviation;
    }
    store<f64>(sums + (at << 1), load<f64>(sums + (at << 1)) + <f64>sum);
    store<f64>(squares + (at << 1), load<f64>(squares + (at << 1)) + <f64>square);
  }
}

/** y = (x − center) · factor + offset, the last three per column. */
function scaleDeviations(
  x: usize,
  rows: i32,
  columns: i32,
  center: usize,
  factor: usize,
  offset: usize,
  y: usize,
): void {
  const stride = <usize>columns << 2;
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const at = <usize>c << 2;
    const middle = v128.load(center + at);
    const scale = v128.load(factor + at);
    const shift = v128.load(offset + at);
    for (let row = 0, to = at; row < rows; row++, to += stride) {
      v128.store(y + to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(x + to), middle), scale), shift));
    }
  }
  for (; c < columns; c++) {
    const at = <usize>c << 2;
    for (let row = 0, to = at; row < rows; row++, to += stride) {
      const deviation = load<f32>(x + to) - load<f32>(center + at);
      store<f32>(y + to, deviation * load<f32>(factor + at) + load<f32>(offset + at));
    }
  }
}

/**
 * The gradients of `normalizeBatch`. With x̂ = (x − mean) · inverse: dbeta = Σ dy, dgamma = Σ dy · x̂ and
 * dx = gamma · inverse · (dy − dbeta / rows − x̂ · dgamma / rows).
 * @param scratch 2 · columns f64, 8-byte aligned
 */
export function normalizeBatchGradient(
  dy: usize,
  x: usize,
  rows: i32,
  columns: i32,
  gamma: usize,
  mean: usize,
  inverse: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  scratch: usize,
): void {
  memory.fill(scratch, 0, <usize>columns << 4);
  for (let row = 0; row < rows; row += BLOCK) {
    const offset = <usize>row * columns << 2;
    addGradients(dy + offset, x + offset, min(BLOCK, rows - row), columns, mean, scratch);
  }
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    const along = load<f64>(scratch + (<usize>(columns + c) << 3));
    store<f32>(dbeta + at, <f32>load<f64>(scratch + (at << 1)));
    store<f32>(dgamma + at, <f32>(along * <f64>load<f32>(inverse + at)));
  }
  // The sums are no longer needed: their place takes dx's factors of dy, of x − mean, and of one.
  const first = scratch;
  const second = scratch + (<usize>columns << 2);
  const third = scratch + (<usize>columns << 3);
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    const factor = load<f32>(gamma + at) * load<f32>(inverse + at);
    store<f32>(first + at, factor);
    store<f32>(second + at, -factor * load<f32>(inverse + at) * (load<f32>(dgamma + at) / <f32>rows));
    store<f32>(third + at, -factor * (load<f32>(dbeta + at) / <f32>rows));
  }
  for (let row = 0; row < rows; row += BLOCK) {
    const offset = <usize>row * columns << 2;
    combineGradients(dy + offset, x + offset, min(BLOCK, rows - row), columns, mean, first, second, third, dx + offset);
  }
}

/**
 * The gradients of `normalizeByStatistics` that run over the batch. With inverse = 1 / √(variance + epsilon): doffset = Σ dy,
 * dscale = inverse · Σ dy · (x − mean) and dx = scale · inverse · dy.
 * @param scratch 2 · columns f64, 8-byte aligned
 */
export function normalizeByStatisticsGradient(
  dy: usize,
  x: usize,
  rows: i32,
  columns: i32,
  mean: usize,
  variance: usize,
  scale: usize,
  epsilon: f32,
  dx: usize,
  dscale: usize,
  doffset: usize,
  scratch: usize,
): void {
  memory.fill(scratch, 0, <usize>columns << 4);
  for (let row = 0; row < rows; row += BLOCK) {
    const offset = <usize>row * columns << 2;
    addGradients(dy + offset, x + offset, min(BLOCK, rows - row), columns, mean, scratch);
  }
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    const inverse: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    const along = load<f64>(scratch + (<usize>(columns + c) << 3));
    store<f32>(doffset + at, <f32>load<f64>(scratch + (at << 1)));
    store<f32>(dscale + at, <f32>(along * <f64>inverse));
  }
  // The sums are no longer needed: their place takes the factors.
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    store<f32>(scratch + at, load<f32>(scale + at) / sqrt<f32>(load<f32>(variance + at) + epsilon));
  }
  for (let row = 0; row < rows; row += BLOCK) {
    const offset = <usize>row * columns << 2;
    scaleColumns(dy + offset, min(BLOCK, rows - row), columns, scratch, dx + offset);
  }
}

/** y = x · factor, the factor per column. */
function scaleColumns(x: usize, rows: i32, columns: i32, factor: usize, y: usize): void {
  const stride = <usize>columns << 2;
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const at = <usize>c << 2;
    const by = v128.load(factor + at);
    for (let row = 0, to = at; row < rows; row++, to += stride) {
      v128.store(y + to, f32x4.mul(v128.load(x + to), by));
    }
  }
  for (; c < columns; c++) {
    const at = <usize>c << 2;
    for (let row = 0, to = at; row < rows; row++, to += stride) {
      store<f32>(y + to, load<f32>(x + to) * load<f32>(factor + at));
    }
  }
}

function addGradients(dy: usize, x: usize, rows: i32, columns: i32, mean: usize, sums: usize): void {
  const stride = <usize>columns << 2;
  const products = sums + (<usize>columns << 3);
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const at = <usize>c << 2;
    const middle = v128.load(mean + at);
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let row = 0, from = at; row < rows; row++, from += stride) {
      const gradient = v128.load(dy + from);
      sum = f32x4.add(sum, gradient);
      product = f32x4.add(product, f32x4.mul(gradient, f32x4.sub(v128.load(x + from), middle)));
    }
    addToDoubles(sums + (at << 1), sum);
    addToDoubles(products + (at << 1), product);
  }
  for (; c < columns; c++) {
    const at = <usize>c << 2;
    let sum: f32 = 0;
    let product: f32 = 0;
    for (let row = 0, from = at; row < rows; row++, from += stride) {
      const gradient = load<f32>(dy + from);
      sum += gradient;
      product += gradient * (load<f32>(x + from) - load<f32>(mean + at));
    }
    store<f64>(sums + (at << 1), load<f64>(sums + (at << 1)) + <f64>sum);
    store<f64>(products + (at << 1), load<f64>(products + (at << 1)) + <f64>product);
  }
}

function combineGradients(
  dy: usize,
  x: usize,
  rows: i32,
  columns: i32,
  mean: usize,
  first: usize,
  second: usize,
  third: usize,
  dx: usize,
): void {
  const stride = <usize>columns << 2;
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const at = <usize>c << 2;
    const middle = v128.load(mean + at);
    const ofGradient = v128.load(first + at);
    const ofDeviation = v128.load(second + at);
    const constant = v128.load(third + at);
    for (let row = 0, to = at; row < rows; row++, to += stride) {
      const straight = f32x4.add(f32x4.mul(v128.load(dy + to), ofGradient), constant);
      const deviation = f32x4.sub(v128.load(x + to), middle);
      v128.store(dx + to, f32x4.add(straight, f32x4.mul(deviation, ofDeviation)));
    }
  }
  for (; c < columns; c++) {
    const at = <usize>c << 2;
    for (let row = 0, to = at; row < rows; row++, to += stride) {
      const straight = load<f32>(dy + to) * load<f32>(first + at) + load<f32>(third + at);
      const deviation = load<f32>(x + to) - load<f32>(mean + at);
      store<f32>(dx + to, straight + deviation * load<f32>(second + at));
    }
  }
}

/** Adds four f32 lanes to four f64 in memory. */
// @ts-ignore: AssemblyScript's own decorator
@inline
function addToDoubles(target: usize, lanes: v128): void {
  const high = i8x16.shuffle(lanes, lanes, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  v128.store(target, f64x2.add(v128.load(target), f64x2.promote_low_f32x4(lanes)));
  v128.store(target, f64x2.add(v128.load(target, 16), f64x2.promote_low_f32x4(high)), 16);
}
