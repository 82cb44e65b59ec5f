import type { ProjectSummary } from '../../../preload/contract/projects.ts';

/** Stands for a project that is not there yet. */
export const NEW_PROJECT = 'new';

/**
 * Where a soup's recipe is cooked unless the user says otherwise: in the project at hand, else in the one of the name that the file
 * knows, else in a new one.
 */
export function proposedProject(
  projects: readonly Pick<ProjectSummary, 'id' | 'name' | 'archivedAt'>[],
  atHand: number | undefined,
  named: string | undefined,
): string {
  const open = projects.filter(({ archivedAt }) => archivedAt === null);
  const found = open.find(({ id }) => id === atHand) ?? open.find(({ name }) => name === named);
  return found === undefined ? NEW_PROJECT : String(found.id);
}

/** A name that no project has yet. */
export function freeProjectName(projects: readonly Pick<ProjectSummary, 'name'>[], wanted: string): string {
  const taken = new Set(projects.map(({ name }) => name));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted} ${n}`)) return `${wanted} ${n}`;
}
