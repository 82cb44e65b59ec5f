import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { SplitRef } from '../../data/split.ts';
import type { RuntimeChoice } from '../../engine/protocol.ts';
import { correctness, margins } from '../../metrics/classification.ts';
import type { AcceptanceRule, PartialScore } from '../../recipes/recipe.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { bestFirst, type Heat, type Placing } from './best-first.ts';
import type { PredictionStore, Wanted } from './predictions.ts';
import type { EvaluateRequest } from './service.ts';
import { sideBySide } from './side-by-side.ts';
import type { WeightsSubject } from './subject.ts';

export interface RaceRequest {
  readonly architecture: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  readonly candidates: readonly WeightsSubject[];
  readonly incumbent: WeightsSubject;
  readonly split: SplitRef;
  readonly rule: AcceptanceRule;
}

export interface RaceScores {
  /** Index of the candidate that takes the incumbent's place; undefined where none does. */
  readonly winner: number | undefined;
  /** One for each candidate. */
  readonly scores: readonly (Evaluation | PartialScore)[];
}

interface RaceRoom {
  readonly evaluate: (request: EvaluateRequest, options: JobOptions) => Promise<readonly (readonly Evaluation[])[]>;
  readonly predictions: Pick<PredictionStore, 'find' | 'stretch' | 'keep' | 'read'>;
  readonly wanted: (subject: WeightsSubject) => Wanted;
  readonly labels: Int32Array;
}

/** So many logits go from an engine to here in one message: 16 MB. */
const MOST_LOGITS = 4 << 20;
/** Samples of a forward pass: few, since after each it may turn out that no more are needed. */
const BATCH = 50;

/** See `EvaluationService.race`. */
export async function holdRace(request: RaceRequest, room: RaceRoom, options: JobOptions): Promise<RaceScores> {
  const { architecture, runtime, candidates, incumbent, split, rule } = request;
  const evaluate = async (subjects: readonly WeightsSubject[]): Promise<readonly Evaluation[]> => {
    const rows = await room.evaluate({ architecture, runtime, subjects, splits: [split] }, options);
    return rows.map(([evaluation]) => evaluation!);
  };
  const [present] = await evaluate([incumbent]);
  const order = hardestFirst(room.predictions.read(room.wanted(incumbent)).logits, room.labels);
  const field = new Field(request, room, order, options);
  const { winner, placings } = await bestFirst(
    {
      candidates: candidates.length,
      samples: order.length,
      incumbentCorrect: present!.correct,
      rule,
      longestHeat: Math.max(BATCH, Math.floor(MOST_LOGITS / architecture.classes)),
    },
    (heats) => field.run(heats),
  );
  field.keepWhole();
  const total = order.length;
  const whole = [...candidates.keys()].filter((i) => placings[i]!.seen === total);
  const evaluations = await evaluate(whole.map((i) => candidates[i]!));
  return {
    winner,
    scores: placings.map(({ seen, correct }, i): Evaluation | PartialScore =>
      seen === total ? evaluations[whole.indexOf(i)]! : { seen, total, atMost: total - seen + correct },
    ),
  };
}

/** Rows in ascending order of the margin by which a network is right about them: those that it gets wrong come first. */
function hardestFirst(logits: Float32Array, labels: Int32Array): Int32Array {
  const margin = margins(logits, labels).map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  return Int32Array.from({ length: labels.length }, (_, row) => row).sort((a, b) =>
    margin[a] === margin[b] ? a - b : margin[a]! - margin[b]!,
  );
}

/** The candidates of a race, and their logits as far as they are known: in the order in which samples are run. */
class Field {
  readonly #request: RaceRequest;
  readonly #room: RaceRoom;
  readonly #order: Int32Array;
  readonly #labels: Int32Array;
  readonly #options: JobOptions;
  /** Of candidates that were evaluated before: nothing needs to be run. */
  readonly #known: readonly (Uint8Array | undefined)[];
  readonly #parts: Float32Array[][];
  readonly #seconds: number[];
  /** Samples that are done with, of each candidate. */
  readonly #done: number[];

  constructor(request: RaceRequest, room: RaceRoom, order: Int32Array, options: JobOptions) {
    this.#request = request;
    this.#room = room;
    this.#order = order;
    this.#labels = Int32Array.from(order, (row) => room.labels[row]!);
    this.#options = options;
    const { candidates } = request;
    this.#known = candidates.map((candidate) => {
      const logits = room.predictions.find(room.wanted(candidate))?.logits;
      if (logits === undefined) return undefined;
      const hits = correctness(logits, room.labels);
      return Uint8Array.from(order, (row) => hits[row]!);
    });
    this.#parts = candidates.map(() => []);
    this.#seconds = candidates.map(() => 0);
    this.#done = candidates.map(() => 0);
  }

  run(heats: readonly Heat[]): Promise<readonly Placing[]> {
    return sideBySide(
      heats.map((heat) => (signal: AbortSignal) => this.#heat(heat, signal)),
      this.#options.signal,
    );
  }

  async #heat(heat: Heat, signal: AbortSignal): Promise<Placing> {
    const { candidate, from, to } = heat;
    const hits = this.#known[candidate]?.subarray(from, to) ?? (await this.#forward(heat, signal));
    const seen = this.#known[candidate] === undefined ? hits.length : whereItEnds(hits, heat.mayMiss);
    this.#tell(candidate, from + seen);
    return { seen, correct: hits.subarray(0, seen).reduce((sum, hit) => sum + hit, 0) };
  }

  /** Has engines run a heat. @returns 1 for each sample that was predicted rightly, as far as it went */
  async #forward({ candidate, from, to, mayMiss }: Heat, signal: AbortSignal): Promise<Uint8Array> {
    const { candidates, architecture, runtime } = this.#request;
    const { logits, seconds } = await this.#room.predictions.stretch(
      this.#room.wanted(candidates[candidate]!),
      { rows: this.#order.slice(from, to), batch: BATCH, mayMiss },
      { architecture, runtime },
      { signal, onProgress: ({ done, total }) => this.#tell(candidate, from + ((to - from) * done) / total) },
    );
    this.#parts[candidate]!.push(logits);
    this.#seconds[candidate]! += seconds;
    const seen = logits.length / architecture.classes;
    return correctness(logits, this.#labels.subarray(from, from + seen));
  }

  #tell(candidate: number, done: number): void {
    this.#done[candidate] = done;
    const { length } = this.#done;
    const total = length * this.#order.length;
    const stage = length === 1 ? 'Scoring a candidate' : `Racing ${length} candidates`;
    const sum = Math.round(this.#done.reduce((whole, each) => whole + each, 0));
    this.#options.onProgress?.({ stage, done: sum, total, unit: 'images' });
  }

  /** Puts what is now known of all samples where every evaluation is kept. */
  keepWhole(): void {
    const { candidates, architecture } = this.#request;
    const { classes } = architecture;
    for (const [index, parts] of this.#parts.entries()) {
      if (this.#known[index] !== undefined || this.#done[index]! < this.#order.length) continue;
      const logits = new Float32Array(this.#order.length * classes);
      let place = 0;
      for (const part of parts) {
        for (let at = 0; at < part.length; at += classes, place++) {
          logits.set(part.subarray(at, at + classes), this.#order[place]! * classes);
        }
      }
      this.#room.predictions.keep(this.#room.wanted(candidates[index]!), logits, this.#seconds[index]!);
    }
  }
}

/** After how many samples a heat ends that goes on by batches until it has missed too many. */
function whereItEnds(hits: Uint8Array, mayMiss = Number.POSITIVE_INFINITY): number {
  let missed = 0;
  for (let at = 0; at < hits.length; at++) {
    missed += 1 - hits[at]!;
    if (missed > mayMiss && ((at + 1) % BATCH === 0 || at === hits.length - 1)) return at + 1;
  }
  return hits.length;
}
