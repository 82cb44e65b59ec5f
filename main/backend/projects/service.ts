import type { Project, ProjectRepository, ProjectSummary } from '../../../db/repositories/projects.ts';
import { StockpotError } from '../../errors.ts';
import { DEFAULT_METRIC, findMetric } from '../../metrics/index.ts';

export interface ProjectService {
  /** The project of that name, made when there is none. */
  ensure(name: string): Project;
  /** @throws StockpotError `projects/unknown` */
  get(name: string): Project;
  list(): readonly Project[];
  /** The most recently active one first. */
  summaries(): readonly ProjectSummary[];
  /** @throws StockpotError `projects/unknown` */
  summary(id: number): ProjectSummary;
  /** @throws StockpotError `projects/bad-name`, `projects/name-taken`, `metrics/unknown` */
  create(name: string, notes: string, metric?: string): ProjectSummary;
  /** The name or, where a project has it already, the next free one: `Birds (2)`. */
  freeName(name: string): string;
  /** @throws StockpotError `projects/bad-name`, `projects/name-taken`, `projects/unknown` */
  rename(id: number, name: string): ProjectSummary;
  describe(id: number, notes: string, tags: readonly string[]): ProjectSummary;
  archive(id: number, archived: boolean): ProjectSummary;
  /** @throws StockpotError `metrics/unknown`, `projects/unknown` */
  chooseMetric(id: number, metric: string): ProjectSummary;
  /** Off every list; `restore` undoes it until `purge` makes it final. */
  remove(id: number): void;
  /** @throws StockpotError `projects/unknown`, `projects/name-taken` */
  restore(id: number): ProjectSummary;
  /** Removes for good what was deleted more than thirty days before `now`; returns their ids. */
  purge(now: Date): readonly number[];
}

const LONGEST_NAME = 200;
const KEPT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

export function projectService(projects: ProjectRepository): ProjectService {
  const summary = (id: number): ProjectSummary => projects.summary(id) ?? unknown(`project ${id}`, projects);
  const nameFor = (wanted: string, except?: number): string => {
    const name = checkedName(wanted);
    const holder = projects.byName(name);
    if (holder !== undefined && holder.id !== except) throw nameTaken(name);
    return name;
  };
  const changed = (id: number, change: () => void): ProjectSummary => {
    summary(id);
    change();
    return summary(id);
  };
  return {
    ensure: (name) => projects.ensure(checkedName(name)),
    get: (name) => projects.byName(name) ?? unknown(name, projects),
    list: () => projects.list(),
    summaries: () => projects.summaries(),
    summary,
    create(name, notes, metric = DEFAULT_METRIC.id) {
      const chosen = findMetric(metric);
      const { id } = projects.ensure(nameFor(name));
      projects.setMetric(id, chosen);
      if (notes !== '') projects.describe(id, notes, []);
      return summary(id);
    },
    freeName(name) {
      const wanted = checkedName(name);
      const stem = wanted.replace(/ \(\d+\)$/, '').slice(0, LONGEST_NAME - 8);
      for (let n = 1; ; n++) {
        const candidate = n === 1 ? wanted : `${stem} (${n})`;
        if (projects.byName(candidate) === undefined) return candidate;
      }
    },
    rename: (id, name) => changed(id, () => projects.rename(id, nameFor(name, id))),
    describe: (id, notes, tags) => changed(id, () => projects.describe(id, notes, [...new Set(tags)])),
    archive: (id, archived) => changed(id, () => projects.archive(id, archived)),
    chooseMetric: (id, metric) => changed(id, () => projects.setMetric(id, findMetric(metric))),
    remove(id) {
      summary(id);
      projects.setAside(id);
    },
    restore(id) {
      const name = projects.nameBefore(id);
      if (name === undefined) return unknown(`project ${id}`, projects);
      nameFor(name);
      projects.bringBack(id);
      return summary(id);
    },
    purge: (now) => projects.purge(new Date(now.getTime() - KEPT_MILLISECONDS).toISOString()),
  };
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed !== '' && trimmed.length <= LONGEST_NAME && !/\p{Cc}/u.test(trimmed)) return trimmed;
  throw new StockpotError({
    code: 'projects/bad-name',
    what: `A project's name has 1 to ${LONGEST_NAME} characters and no control characters`,
    where: name,
  });
}

function nameTaken(name: string): StockpotError {
  return new StockpotError({
    code: 'projects/name-taken',
    what: 'Another project has this name',
    where: name,
    remedy: 'Choose another name, or rename that project first.',
  });
}

function unknown(where: string, projects: ProjectRepository): never {
  const names = projects.list().map((known) => known.name);
  throw new StockpotError({
    code: 'projects/unknown',
    what: 'There is no such project in this workspace',
    where,
    remedy: `Known projects: ${names.join(', ') || 'none'}.`,
  });
}
