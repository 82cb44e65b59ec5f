/**
 * What formats.py asks Stockpot, one JSON object a line:
 *   {"read": PATH}                     → {"tensors": {NAME: {"dtype", "shape", "sha256"}}, "remarks", "metadata"}, or {"error"}
 *   {"write": PATH, "from": SOURCE, "metadata"?: {…}, "template"?: PATH, "graph"?: PATH, "shardBytes"?: N} → {} when SOURCE's tensors have been
 *   written to PATH, in the layout of the template where the format takes one, with the architecture of an ONNX model
 * The hash is that of a tensor's contiguous little-endian bytes.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { hashTensorBytes } from '../../main/checkpoints/hash.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { isAssembled } from '../../main/checkpoints/output-formats.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { assemblerOf, formatOfPath, writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { factsOf } from '../../main/errors.ts';

type Request =
  | { readonly read: string }
  | {
      readonly write: string;
      readonly from: string;
      readonly metadata?: Readonly<Record<string, string>>;
      readonly template?: string;
      /** An ONNX model without weights, for formats that hold the architecture. */
      readonly graph?: string;
      /** The largest shard, for formats that are divided. */
      readonly shardBytes?: number;
    };

async function answer(request: Request): Promise<unknown> {
  return 'read' in request ? describe(request.read) : write(request);
}

async function describe(path: string): Promise<unknown> {
  const checkpoint = await openCheckpoint(path);
  try {
    const tensors = [...checkpoint.tensors.values()].map(({ name, dtype, shape }) => [
      name,
      { dtype, shape, sha256: hashTensorBytes(checkpoint, name) },
    ]);
    const { format, remarks, metadata } = checkpoint;
    return { format, remarks, metadata, tensors: Object.fromEntries(tensors) };
  } finally {
    checkpoint.close();
  }
}

async function write({
  write: path,
  from,
  metadata = {},
  template,
  graph,
  shardBytes,
}: Extract<Request, { write: string }>): Promise<unknown> {
  const checkpoint = await openCheckpoint(from);
  try {
    const format = formatOfPath(path);
    if (!isAssembled(format)) {
      writeCheckpoint(path, format, readWeights(checkpoint), metadata, {
        ...(graph === undefined ? {} : { graph: readFileSync(graph) }),
        ...(shardBytes === undefined ? {} : { shardBytes }),
      });
      return {};
    }
    const layout = template === undefined ? undefined : await openCheckpoint(template);
    const assemble = await assemblerOf(format);
    closeSync(openSync(path, 'w'));
    await assemble(checkpoint, path, { name: basename(path), metadata, ...(layout && { template: layout }) }, {});
    layout?.close();
    return {};
  } finally {
    checkpoint.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(JSON.parse(line) as Request).catch((thrown: unknown) => ({ error: factsOf(thrown) }));
  console.log(JSON.stringify(result));
}
