import { judgePair } from '../../main/analysis/ancestry.ts';
import { measureSimilarity, type TensorSimilarity } from '../../main/analysis/similarity.ts';
import type { AncestryThresholds } from '../../main/analysis/thresholds.ts';
import type { Checkpoint } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import type { KnownNetwork } from './train-studies.ts';

export interface MeasuredStudy {
  readonly name: string;
  readonly half: 'calibration' | 'held-out';
  readonly networks: readonly KnownNetwork[];
  readonly similarities: readonly TensorSimilarity[];
  readonly tensorCounts: readonly number[];
}

export interface JudgedPair {
  readonly study: string;
  readonly half: 'calibration' | 'held-out';
  readonly a: string;
  readonly b: string;
  readonly truth: 'same' | 'different';
  readonly verdict: 'same' | 'different' | 'unsure';
  readonly judged: number;
  readonly related: number;
  /** Cosine and z of each judged tensor that is not identical. */
  readonly tensors: readonly { readonly name: string; readonly cosine: number; readonly z: number }[];
}

export async function measureStudy(
  name: string,
  half: MeasuredStudy['half'],
  networks: readonly KnownNetwork[],
): Promise<MeasuredStudy> {
  const checkpoints: Checkpoint[] = [];
  try {
    for (const { path } of networks) checkpoints.push(await openCheckpoint(path));
    const similarities = await measureSimilarity(checkpoints);
    return { name, half, networks, similarities, tensorCounts: checkpoints.map(({ tensors }) => tensors.size) };
  } finally {
    for (const checkpoint of checkpoints) checkpoint.close();
  }
}

/** Every two networks of a study, judged. */
export function judgeStudy(study: MeasuredStudy, thresholds: AncestryThresholds): readonly JudgedPair[] {
  const { networks, similarities, tensorCounts } = study;
  return networks.flatMap((first, a) =>
    networks.slice(a + 1).map((second, offset): JudgedPair => {
      const pair = judgePair(a, a + 1 + offset, similarities, tensorCounts, thresholds);
      return {
        study: study.name,
        half: study.half,
        a: first.name,
        b: second.name,
        truth: first.lineage === second.lineage ? 'same' : 'different',
        verdict: pair.verdict,
        judged: pair.judged,
        related: pair.related,
        tensors: pair.tensors.flatMap(({ name, cosine, z, relation }) =>
          relation.kind === 'set-aside' || relation.kind === 'identical'
            ? []
            : [{ name, cosine: rounded(cosine!), z: rounded(z!) }],
        ),
      };
    }),
  );
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
