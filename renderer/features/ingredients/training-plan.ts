import type { TrainingPreset } from '../../../preload/contract/ingredients.ts';

/** What applies to all presets of one training; what is left out stays as the preset has it. */
export interface Overrides {
  readonly epochs?: number;
  /** 0 for the whole split. */
  readonly samplesPerEpoch?: number;
}

export interface PlannedTraining {
  readonly name: string;
  readonly config: Record<string, unknown>;
}

/** The chosen presets as trainings, each under a name that no ingredient has yet. */
export function planTrainings(
  presets: readonly TrainingPreset[],
  chosen: ReadonlySet<string>,
  overrides: Overrides,
  taken: readonly string[],
): readonly PlannedTraining[] {
  const names = new Set(taken);
  return presets
    .filter(({ name }) => chosen.has(name))
    .map(({ name: wanted, config }) => {
      const name = freeName(wanted, names);
      names.add(name);
      return { name, config: { ...config, ...overrides } };
    });
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number++;
  return `${wanted}-${number}`;
}

/** Training images that all of it will look at, repeats counted. */
export function imagesOf(trainings: readonly PlannedTraining[], splitSize: number): number {
  return trainings.reduce((sum, { config }) => {
    const perEpoch = Number(config.samplesPerEpoch ?? 0);
    return sum + Number(config.epochs ?? 1) * (perEpoch === 0 ? splitSize : perEpoch);
  }, 0);
}
