/**
 * What formats.py asks Stockpot, one JSON object a line:
 *   {"read": PATH}                     → {"tensors": {NAME: {"dtype", "shape", "sha256"}}, "remarks", "metadata"}, or {"error"}
 *   {"write": PATH, "from": SOURCE, "metadata"?: {…}} → {} when SOURCE's tensors have been written to PATH
 * The hash is that of a tensor's contiguous little-endian bytes.
 */
import { createInterface } from 'node:readline';
import { hashTensorBytes } from '../../main/checkpoints/hash.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import type { PlannedFormat } from '../../main/checkpoints/output-formats.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { formatOfPath, writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { factsOf } from '../../main/errors.ts';

type Request =
  | { readonly read: string }
  | { readonly write: string; readonly from: string; readonly metadata?: Readonly<Record<string, string>> };

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

async function write({ write: path, from, metadata }: Extract<Request, { write: string }>): Promise<unknown> {
  const checkpoint = await openCheckpoint(from);
  try {
    writeCheckpoint(path, formatOfPath(path) as PlannedFormat, readWeights(checkpoint), metadata);
    return {};
  } finally {
    checkpoint.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(JSON.parse(line) as Request).catch((thrown: unknown) => ({ error: factsOf(thrown) }));
  console.log(JSON.stringify(result));
}
