/** What Adam carries from one step to the next. Plain data. */
export interface AdamState {
  readonly steps: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export function startOfAdam(parameterCount: number): AdamState {
  const zeros = new Array<number>(parameterCount).fill(0);
  return { steps: 0, first: zeros, second: zeros };
}

/**
 * One step of Adam (Kingma & Ba, 2015, algorithm 1) in double precision, as PyTorch takes it: ε is added after the bias corrections.
 * Weight decay is decoupled (AdamW: Loshchilov & Hutter, 2019, algorithm 2).
 * @param decays whether the parameter of an index is subject to weight decay
 */
export function adamStep(
  parameters: readonly number[],
  gradient: readonly number[],
  { steps, first, second }: AdamState,
  {
    learningRate,
    weightDecay,
    decays = () => true,
  }: {
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly decays?: (index: number) => boolean;
  },
): { readonly parameters: readonly number[]; readonly state: AdamState } {
  const next: AdamState = {
    steps: steps + 1,
    first: gradient.map((slope, i) => BETA1 * first[i]! + (1 - BETA1) * slope),
    second: gradient.map((slope, i) => BETA2 * second[i]! + (1 - BETA2) * slope * slope),
  };
  const size = learningRate / (1 - BETA1 ** next.steps);
  const correction = Math.sqrt(1 - BETA2 ** next.steps);
  const moved = parameters.map((parameter, i) => {
    const shrunk = decays(i) ? parameter * (1 - learningRate * weightDecay) : parameter;
    return shrunk - (size * next.first[i]!) / (Math.sqrt(next.second[i]!) / correction + EPSILON);
  });
  return { parameters: moved, state: next };
}
