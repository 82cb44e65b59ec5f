import { Button, Group, Radio, Select, Stack, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { type client, service } from '../../lib/service.ts';
import { CardDraft } from './card-draft.tsx';

type Choices = Awaited<ReturnType<typeof client.exports.choices>>;

interface ExportFormProps {
  readonly runId: number;
  readonly choices: Choices;
  readonly folder: string;
  readonly onStarted: (jobId: number) => void;
}

/** What is written, as what and where to; the model card is read, and finished by hand, before it is. */
export function ExportForm({ runId, choices: { formats, dtypes }, folder: usual, onStarted }: ExportFormProps) {
  const [format, setFormat] = useState(formats[0]!.value);
  const [dtype, setDtype] = useState<string | null>(null);
  const [folder, setFolder] = useState(usual);
  const [replace, setReplace] = useState(false);
  const [card, setCard] = useState<string>();
  const start = useMutation(service.exports.start.mutationOptions({ onSuccess: ({ jobId }) => onStarted(jobId) }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate({
          runId,
          folder,
          format,
          replace,
          ...(dtype === null ? {} : { dtype }),
          ...(card === undefined ? {} : { card }),
        });
      }}
    >
      <Stack gap="md">
        <Radio.Group label="Format" value={format} onChange={setFormat}>
          <Stack gap={8} mt={6}>
            {formats.map(({ value, title, description }) => (
              <Radio key={value} value={value} label={title} description={description} />
            ))}
          </Stack>
        </Radio.Group>
        <Select
          label="Element type"
          placeholder="as the run has it"
          clearable
          clearButtonProps={{ 'aria-label': 'As the run has it' }}
          data={dtypes.map(({ value, title }) => ({ value, label: title }))}
          description={dtypes.find(({ value }) => value === dtype)?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={dtype}
          onChange={setDtype}
        />
        <FileField
          label="Folder"
          wanted={{ kind: 'folder' }}
          description="Made when it is not there. The soup, its model card and its recipe are written into it."
          value={folder}
          required
          onChange={setFolder}
        />
        <Switch
          label="Replace files of an earlier export in this folder"
          checked={replace}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
        <CardDraft runId={runId} format={format} written={card} onWrite={setCard} />
        {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
        <Group justify="flex-end">
          <Button type="submit" loading={start.isPending}>
            Export and verify
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
