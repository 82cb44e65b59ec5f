import { expect, test } from 'vitest';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { recentOf } from '../../../renderer/lib/recent-projects.ts';

function project(id: number, createdAt: string, archivedAt: string | null = null): ProjectSummary {
  const rest = {
    name: `project ${id}`,
    notes: '',
    metric: 'accuracy',
    tags: [],
    ingredientCount: 0,
    runCount: 0,
    activeAt: createdAt,
  };
  return { id, createdAt, archivedAt, ...rest };
}

test('projects are in the order in which they were opened', () => {
  const [first, second] = [project(1, 'monday'), project(2, 'tuesday')];
  expect(recentOf([second!, first!], [first!, second!])).toEqual([second, first]);
});

test('one that is gone, archived, or another workspace’s under the same number is left out', () => {
  const opened = [project(1, 'monday'), project(2, 'tuesday'), project(3, 'friday')];
  const present = [project(2, 'tuesday', 'today'), project(3, 'sunday')];
  expect(recentOf(opened, present)).toEqual([]);
});
