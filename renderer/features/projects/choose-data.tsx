import { Radio, Stack, Text } from '@mantine/core';
import { FileField } from '../../components/file-field.tsx';

interface Files {
  readonly images: string;
  readonly labels: string;
}

export type DataChoice =
  | { readonly kind: 'later' }
  | { readonly kind: 'mnist' }
  | { readonly kind: 'idx'; readonly selection: Files; readonly test: Files };

const NO_FILES: Files = { images: '', labels: '' };

export const NO_DATA: DataChoice = { kind: 'later' };

const isComplete = ({ images, labels }: Files): boolean => images.trim() !== '' && labels.trim() !== '';

/** What is to be prepared: of IDX files, each split that has both of them. */
export function splitsOf(choice: DataChoice) {
  if (choice.kind !== 'idx') return [];
  return (['selection', 'test'] as const)
    .filter((role) => isComplete(choice[role]))
    .map((role) => ({
      role,
      name: role,
      source: { format: 'idx', images: choice[role].images.trim(), labels: choice[role].labels.trim() },
    }));
}

interface ChooseDataProps {
  readonly choice: DataChoice;
  readonly onChange: (choice: DataChoice) => void;
}

/** The labelled images to choose and to judge by. */
export function ChooseData({ choice, onChange }: ChooseDataProps) {
  const choose = (kind: string): void => {
    if (kind === 'idx') onChange({ kind, selection: NO_FILES, test: NO_FILES });
    else if (kind === 'mnist' || kind === 'later') onChange({ kind });
  };
  return (
    <Stack>
      <Radio.Group label="Data to choose and to judge by" value={choice.kind} onChange={choose}>
        <Stack gap="xs" mt="xs">
          <Radio
            value="mnist"
            label="MNIST, which comes with Stockpot"
            description="Handwritten digits, 28 × 28: train, selection and test, and the test set damaged in eight ways"
          />
          <Radio value="idx" label="IDX files" description="Images and labels as in MNIST’s own files, also gzipped" />
          <Radio value="later" label="Later" description="On the project’s page Data, where there is more to set" />
        </Stack>
      </Radio.Group>
      {choice.kind === 'idx' && (
        <>
          <SplitFiles
            title="Selection: recipes may look at it"
            files={choice.selection}
            onChange={(selection) => onChange({ ...choice, selection })}
          />
          <SplitFiles
            title="Test: no recipe ever looks at it"
            files={choice.test}
            onChange={(test) => onChange({ ...choice, test })}
          />
        </>
      )}
    </Stack>
  );
}

const WANTED = {
  kind: 'file',
  accepts: ({ name }: { readonly name: string }) => /idx|ubyte|\.gz$/i.test(name),
  filters: [{ name: 'IDX files', extensions: ['*'] }],
} as const;

interface SplitFilesProps {
  readonly title: string;
  readonly files: Files;
  readonly onChange: (files: Files) => void;
}

function SplitFiles({ title, files, onChange }: SplitFilesProps) {
  const role = title.split(':')[0]!;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {title}
      </Text>
      {(['images', 'labels'] as const).map((part) => (
        <FileField
          key={part}
          label={`${role} ${part}`}
          value={files[part]}
          onChange={(path) => onChange({ ...files, [part]: path })}
          wanted={WANTED}
        />
      ))}
    </Stack>
  );
}
