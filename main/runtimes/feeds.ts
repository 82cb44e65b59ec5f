import type { Graph, GraphValue } from '../architectures/onnx/graph.ts';
import { StockpotError } from '../errors.ts';
import type { Feed, Feeds } from './runtime.ts';

export type ElementType = 'float32' | 'int32' | 'int64';

interface CheckedFeed {
  readonly name: string;
  readonly type: ElementType;
  readonly feed: Feed;
}

/**
 * Checks a batch against a graph's inputs.
 * @throws StockpotError `runtime/shape-mismatch` when an input is missing, or its shape, length or element type is not the graph's
 */
export function checkFeeds(graph: Graph, feeds: Feeds): readonly CheckedFeed[] {
  return graph.inputs.map((input) => {
    const feed = feeds[input.name];
    if (feed === undefined) throw mismatch(input, 'is missing');
    const type = elementTypeOf(input, feed);
    const fits =
      feed.shape.length === input.shape.length &&
      input.shape.every((size, axis) => typeof size !== 'number' || size === feed.shape[axis]);
    if (!fits) throw mismatch(input, `is [${feed.shape.join(', ')}]`);
    const count = feed.shape.reduce((product, size) => product * size, 1);
    if (feed.data.length !== count) throw mismatch(input, `has ${feed.data.length} elements instead of ${count}`);
    return { name: input.name, type, feed };
  });
}

/** 32-bit integers are taken for 64-bit inputs too: token ids are small. */
function elementTypeOf(input: GraphValue, { data }: Feed): ElementType {
  if (input.dtype === 'F32' && data instanceof Float32Array) return 'float32';
  if (input.dtype === 'I32' && data instanceof Int32Array) return 'int32';
  if (input.dtype === 'I64' && !(data instanceof Float32Array)) return 'int64';
  throw mismatch(input, `has elements in a ${data.constructor.name}`);
}

function mismatch(input: GraphValue, found: string): StockpotError {
  const expected = `${input.dtype} [${input.shape.map((size) => size ?? '?').join(', ')}]`;
  return new StockpotError({
    code: 'runtime/shape-mismatch',
    what: `Input ${input.name} ${found} where the architecture takes ${expected}`,
    where: input.name,
    remedy: 'Use data whose samples have the architecture’s input shape',
  });
}
