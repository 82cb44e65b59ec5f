import { useSyncExternalStore } from 'react';
import type { ProjectSummary } from '../../preload/contract/projects.ts';

const KEY = 'stockpot-recent-projects';
const MOST_KEPT = 10;

/** A project is known by its number and its beginning: another workspace has other projects under the same numbers. */
type Identity = Pick<ProjectSummary, 'id' | 'createdAt'>;

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The projects that were opened here last, the latest first; of `projects`, those that are still there and not archived. */
export function useRecentProjects(projects: readonly ProjectSummary[]): readonly ProjectSummary[] {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(KEY));
  return recentOf(read(text), projects);
}

export function recentOf(opened: readonly Identity[], projects: readonly ProjectSummary[]): readonly ProjectSummary[] {
  return opened.flatMap(
    (project) => projects.find((other) => isSame(other, project) && other.archivedAt === null) ?? [],
  );
}

export function rememberProject({ id, createdAt }: Identity): void {
  const before = read(localStorage.getItem(KEY));
  if (before[0] !== undefined && isSame(before[0], { id, createdAt })) return;
  write([{ id, createdAt }, ...before.filter((other) => !isSame(other, { id, createdAt }))].slice(0, MOST_KEPT));
}

export function forgetRecentProjects(): void {
  write([]);
}

function isSame(one: Identity, other: Identity): boolean {
  return one.id === other.id && one.createdAt === other.createdAt;
}

function read(text: string | null): readonly Identity[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isIdentity) : [];
  } catch {
    // What is kept here is a convenience: when it is damaged it begins anew.
    return [];
  }
}

function isIdentity(value: unknown): value is Identity {
  const { id, createdAt } = (value ?? {}) as Partial<Record<keyof Identity, unknown>>;
  return typeof id === 'number' && typeof createdAt === 'string';
}

function write(projects: readonly Identity[]): void {
  localStorage.setItem(KEY, JSON.stringify(projects));
  for (const listener of listeners) listener();
}
