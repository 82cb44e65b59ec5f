import type { Evaluation, EvaluationRepository } from '../../../db/repositories/evaluations.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { openSplit } from '../../data/open-split.ts';
import type { SplitRef } from '../../data/split.ts';
import type { RuntimeChoice } from '../../engine/protocol.ts';
import { StockpotError } from '../../errors.ts';
import { ensembleLogits, weightedLogits } from '../../metrics/ensemble.ts';
import { METRICS, type MetricScores, scoreAll } from '../../metrics/index.ts';
import { Predictions } from '../../metrics/predictions.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { conditionsOf, type PredictionStore, type Wanted } from './predictions.ts';
import { holdRace, type RaceRequest, type RaceScores } from './race.ts';
import type { IdentifyRuntime } from './runtime-identity.ts';
import type { Subject, WeightsSubject } from './subject.ts';

export interface EvaluateRequest {
  readonly architecture: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  readonly subjects: readonly Subject[];
  readonly splits: readonly SplitRef[];
  /** What progress calls it: `Evaluating`, unless given. */
  readonly stage?: string;
}

export interface EvaluationService {
  /**
   * Scores every subject on every split; result[s][t] is subject s on split t. Only forward passes whose logits are not in the
   * cache are made: of weights never seen on that split by that runtime.
   * @throws StockpotError what the engine throws: `runtime/…`, `engine/…`, `checkpoint/…`, `job/cancelled`
   */
  evaluate(request: EvaluateRequest, options?: JobOptions): Promise<readonly (readonly Evaluation[])[]>;
  /**
   * Which candidate has the most correct predictions on a split, if the rule lets it take the incumbent's place: as evaluating them
   * all would tell. What runs to its end is kept like any evaluation, what is given up before is not.
   * @throws StockpotError as `evaluate`
   */
  race(request: RaceRequest, options?: JobOptions): Promise<RaceScores>;
  /** Logits of one subject on one split, F32 [samples, classes], computed where they are not known yet. */
  logits(
    subject: Subject,
    split: SplitRef,
    context: Pick<EvaluateRequest, 'architecture' | 'runtime'>,
    options?: JobOptions,
  ): Promise<Float32Array>;
  /** The same of several subjects, with the split's labels. */
  outputs(request: OutputsRequest, options?: JobOptions): Promise<LabelledLogits>;
  /**
   * Logits that were computed before, F32 [samples, classes].
   * @throws StockpotError `predictions/missing`
   */
  kept(subject: Subject, split: SplitRef, runtimeIdentity: string): Float32Array;
  readonly identify: IdentifyRuntime;
}

interface OutputsRequest extends Pick<EvaluateRequest, 'architecture' | 'runtime' | 'stage'> {
  readonly subjects: readonly Subject[];
  readonly split: SplitRef;
}

interface LabelledLogits {
  /** One for each subject: F32 [samples, classes]. */
  readonly logits: readonly Float32Array[];
  readonly labels: Int32Array;
}

/** A subject on a split, with what is known of it. */
interface Cell {
  readonly subject: Subject;
  readonly subjectId: number;
  readonly split: SplitRef;
  readonly runtimeIdentity: string;
  readonly known: Evaluation | undefined;
}

export function evaluationService(
  repository: Pick<EvaluationRepository, 'ensureSubject' | 'find' | 'save' | 'setMetrics'>,
  predictions: PredictionStore,
  identify: IdentifyRuntime,
): EvaluationService {
  const idOf = (subject: Subject): number => repository.ensureSubject(subject.kind, subject.key, definitionOf(subject));
  const weightsOf = (subject: Subject): readonly WeightsSubject[] =>
    subject.kind === 'ensemble' ? subject.members : [subject];
  const wantedOf = (subject: WeightsSubject, split: SplitRef, runtimeIdentity: string): Wanted => ({
    subject,
    subjectId: idOf(subject),
    split,
    runtimeIdentity,
  });
  const membersOf = ({ subject, split, runtimeIdentity }: Omit<Cell, 'known' | 'subjectId'>): readonly Wanted[] =>
    weightsOf(subject).map((member) => wantedOf(member, split, runtimeIdentity));
  const logitsOf = (cell: Omit<Cell, 'known' | 'subjectId'>): { logits: Float32Array; seconds: number } => {
    const { split, runtimeIdentity } = cell;
    const parts = weightsOf(cell.subject).map((subject) => predictions.read({ subject, split, runtimeIdentity }));
    if (cell.subject.kind !== 'ensemble') return parts[0]!;
    const members = parts.map((part) => part.logits);
    if (cell.subject.combine === 'weighted-logits') {
      return { logits: weightedLogits(members, cell.subject.weights), seconds: 0 };
    }
    const classes = members[0]!.length / cell.split.sampleCount;
    return { logits: ensembleLogits(cell.subject.combine, members, classes), seconds: 0 };
  };
  const score = (cell: Cell, labels: Int32Array): Evaluation => {
    const { logits, seconds } = logitsOf(cell);
    const { hits, metrics } = scored(logits, labels);
    const { subject, subjectId, split, runtimeIdentity } = cell;
    // Whoever compares a run's outcome with others reads its predictions, and need not know what it is made of.
    if (subject.kind === 'ensemble' && subject.combine === 'weighted-logits') predictions.keep(cell, logits, seconds);
    return repository.save({
      subjectId,
      ...conditionsOf(split, runtimeIdentity),
      correct: hits,
      total: labels.length,
      accuracy: hits / labels.length,
      loss: metrics.loss ?? Number.NaN,
      metrics,
      seconds,
    });
  };
  /** With the metrics that were not there yet when it was measured, where its predictions are kept. */
  const completed = (known: Evaluation, cell: Cell, labels: () => Int32Array): Evaluation => {
    if (METRICS.every(({ id }) => known.metrics[id] !== undefined)) return known;
    try {
      const { hits, metrics } = scored(logitsOf(cell).logits, labels());
      if (hits !== known.correct) return known;
      repository.setMetrics(known.id, metrics);
      return { ...known, metrics: { ...metrics, ...known.metrics } };
    } catch (thrown) {
      if (thrown instanceof StockpotError && thrown.code === 'predictions/missing') return known;
      throw thrown;
    }
  };
  const evaluate: EvaluationService['evaluate'] = async (
    { architecture, runtime, subjects, splits, stage = 'Evaluating' },
    options = {},
  ) => {
    const [first] = splits;
    if (first === undefined || subjects.length === 0) return subjects.map(() => []);
    const runtimeIdentity = await identify(runtime, architecture, first, options.signal);
    const cells = subjects.map((subject) => {
      const subjectId = idOf(subject);
      return splits.map((split): Cell => {
        const known = repository.find(subjectId, conditionsOf(split, runtimeIdentity));
        return { subject, subjectId, split, runtimeIdentity, known };
      });
    });
    const open = cells.flat().filter((cell) => cell.known === undefined);
    await predictions.ensure(open.flatMap(membersOf), { architecture, runtime, stage }, options);
    const labels = labelReader();
    return cells.map((row) =>
      row.map((cell) => {
        const ownLabels = (): Int32Array => labels(cell.split);
        return cell.known === undefined ? score(cell, ownLabels()) : completed(cell.known, cell, ownLabels);
      }),
    );
  };
  const outputs: EvaluationService['outputs'] = async (request, options = {}) => {
    const { architecture, runtime, subjects, split, stage = 'Evaluating' } = request;
    const runtimeIdentity = await identify(runtime, architecture, split, options.signal);
    const cells = subjects.map((subject) => ({ subject, split, runtimeIdentity }));
    await predictions.ensure(cells.flatMap(membersOf), { architecture, runtime, stage }, options);
    return { logits: cells.map((cell) => logitsOf(cell).logits), labels: labelReader()(split) };
  };
  return {
    identify,
    evaluate,
    async race(request, options = {}) {
      const { runtime, architecture, split } = request;
      const runtimeIdentity = await identify(runtime, architecture, split, options.signal);
      const wanted = (subject: WeightsSubject): Wanted => wantedOf(subject, split, runtimeIdentity);
      return holdRace(request, { evaluate, predictions, wanted, labels: labelReader()(split) }, options);
    },
    kept: (subject, split, runtimeIdentity) => logitsOf({ subject, split, runtimeIdentity }).logits,
    outputs,
    logits: async (subject, split, context, options) =>
      (await outputs({ ...context, subjects: [subject], split }, options)).logits[0]!,
  };
}

function scored(logits: Float32Array, labels: Int32Array): { readonly hits: number; readonly metrics: MetricScores } {
  const predictions = new Predictions(logits, labels);
  return { hits: predictions.hits.reduce((sum, hit) => sum + hit, 0), metrics: scoreAll(predictions) };
}

function definitionOf(subject: Subject): unknown {
  if (subject.kind !== 'ensemble') return subject.weights;
  const { combine, members } = subject;
  const mixed = { combine, members: members.map((member) => member.key) };
  return 'weights' in subject ? { ...mixed, weights: subject.weights } : mixed;
}

/** Reads each split's labels once. */
function labelReader(): (split: SplitRef) => Int32Array {
  const read = new Map<string, Int32Array>();
  return (ref) => {
    const known = read.get(ref.folder);
    if (known !== undefined) return known;
    // No memory for images: only the labels are wanted.
    const split = openSplit(ref, 0);
    split.close();
    read.set(ref.folder, split.labels);
    return split.labels;
  };
}
