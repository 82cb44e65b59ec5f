import { expect, test } from 'vitest';
import { validateOriginSearch } from '../../../renderer/features/origin/origin-search.ts';
import { ingredientsSentence, originSentence } from '../../../renderer/features/origin/origin-words.ts';
import { freeProjectName, NEW_PROJECT, proposedProject } from '../../../renderer/features/origin/project-choice.ts';

test('a file says its run, its project and the day, as far as it knows', () => {
  const run = { id: 3, project: 'Birds', finishedAt: '2026-11-24T10:00:00.000Z' };
  expect(originSentence({ run, stockpot: '0.1.0' })).toBe(
    'This file was exported from run 3 of project Birds, cooked on November 24, 2026.',
  );
  expect(originSentence({ run: { ...run, finishedAt: null }, stockpot: '0.1.0' })).toBe(
    'This file was exported from run 3 of project Birds.',
  );
  expect(originSentence({ run: null, stockpot: '0.1.0' })).toBe('This file was exported by Stockpot 0.1.0.');
  expect(originSentence({ run: null, stockpot: null })).toBe('This file was written by stockpot merge.');
});

test('ingredients are here, or counted', () => {
  const one = (path: string | null) => ({ name: 'a', recordedPath: '/a', sha256: '', weight: 1, path });
  expect(ingredientsSentence([one('/a')])).toBe('Its ingredient is here.');
  expect(ingredientsSentence([one('/a'), one('/a')])).toBe('All of its ingredients are here.');
  expect(ingredientsSentence([one('/a'), one(null)])).toMatch(/^1 of 2 ingredients is not where it was/);
  expect(ingredientsSentence([one(null), one(null)])).toMatch(/^2 of 2 ingredients are not where they were/);
});

test('the project is the one at hand, else the one of that name, else a new one with a name of its own', () => {
  const projects = [
    { id: 1, name: 'Birds', archivedAt: null },
    { id: 2, name: 'Cats', archivedAt: null },
    { id: 3, name: 'Old', archivedAt: '2026-11-24T10:00:00.000Z' },
  ];
  expect(proposedProject(projects, 2, 'Birds')).toBe('2');
  expect(proposedProject(projects, undefined, 'Birds')).toBe('1');
  expect(proposedProject(projects, 3, 'Old')).toBe(NEW_PROJECT);
  expect(freeProjectName(projects, 'Fish')).toBe('Fish');
  expect(freeProjectName([...projects, { name: 'Birds 2' }], 'Birds')).toBe('Birds 3');
});

test('the address keeps file, folder and project, and drops what is neither', () => {
  expect(validateOriginSearch({ file: '/a', folder: '/b', project: 2 })).toEqual({
    file: '/a',
    folder: '/b',
    project: 2,
  });
  expect(validateOriginSearch({ folder: 1, project: 'x' })).toEqual({ file: '' });
});
