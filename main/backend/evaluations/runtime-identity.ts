import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { SplitRef } from '../../data/split.ts';
import type { EnginePool } from '../../engine/pool.ts';
import type { RuntimeChoice } from '../../engine/protocol.ts';

/** Says which runtime, version and device a choice comes to here; part of the key of everything computed with it. */
export type IdentifyRuntime = (
  choice: RuntimeChoice,
  architecture: ArchitectureSpec,
  split: SplitRef,
  signal?: AbortSignal,
) => Promise<string>;

/** An engine is asked by an evaluation without subjects, once per choice for as long as the engines live. */
export function runtimeIdentifier(engines: EnginePool): IdentifyRuntime {
  const known = new Map<string, string>();
  return async (choice, architecture, split, signal) => {
    const key = `${choice.runtime} ${choice.device}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const task = { kind: 'evaluate', architecture, runtime: choice, split, subjects: [] } as const;
    const { runtimeIdentity } = await engines.run(task, signal === undefined ? {} : { signal });
    known.set(key, runtimeIdentity);
    return runtimeIdentity;
  };
}
