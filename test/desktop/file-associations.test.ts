import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  CHECKPOINT_EXTENSIONS,
  isCheckpointName,
  isProjectFileName,
  PROJECT_EXTENSION,
} from '../../preload/file-names.ts';

interface Association {
  readonly ext: string | readonly string[];
  readonly rank: string;
  readonly description: string;
  readonly mimeType: string;
}

const { fileAssociations } = parse(readFileSync(new URL('../../electron-builder.yml', import.meta.url), 'utf8')) as {
  readonly fileAssociations: readonly Association[];
};
const extensionsOf = (rank: string): readonly string[] =>
  fileAssociations.filter((association) => association.rank === rank).flatMap(({ ext }) => ext);

test('the package owns project files, and offers itself for checkpoints beside others', () => {
  expect(extensionsOf('Owner')).toEqual([PROJECT_EXTENSION]);
  // Most files that end in .bin are no checkpoints.
  expect([...extensionsOf('Alternate'), 'bin'].sort()).toEqual([...CHECKPOINT_EXTENSIONS].sort());
});

test('every kind of file is described and has a media type of its own', () => {
  expect(fileAssociations.filter(({ description }) => description.length < 10)).toEqual([]);
  const types = fileAssociations.map(({ mimeType }) => mimeType);
  expect(new Set(types).size).toBe(fileAssociations.length);
});

test('what the package registers, the application opens', () => {
  const extensions = fileAssociations.flatMap(({ ext }) => ext);
  expect(
    extensions.filter((extension) => !isCheckpointName(`a.${extension}`) && !isProjectFileName(`a.${extension}`)),
  ).toEqual([]);
});
