import { Button, Group, Radio, Select, Stack, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { type client, service } from '../../lib/service.ts';
import { CardDraft } from './card-draft.tsx';
import { type Layout, LayoutFields } from './layout-fields.tsx';

type Choices = Awaited<ReturnType<typeof client.exports.choices>>;

interface ExportFormProps {
  readonly runId: number;
  readonly choices: Choices;
  readonly folder: string;
  readonly onStarted: (jobId: number) => void;
}

/** What is written, as what and where to; the model card is read, and finished by hand, before it is. */
export function ExportForm({ runId, choices: { formats, dtypes }, folder: usual, onStarted }: ExportFormProps) {
  const [format, setFormat] = useState(formats.find(({ refusal }) => refusal === null)!.value);
  const [dtype, setDtype] = useState<string | null>(null);
  const [layout, setLayout] = useState<Layout>({});
  const [folder, setFolder] = useState(usual);
  const [replace, setReplace] = useState(false);
  const [card, setCard] = useState<string>();
  const chosen = formats.find(({ value }) => value === format)!;
  const holds = dtypes.filter(({ value }) => chosen.dtypes.includes(value));
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
          layout,
          ...(dtype === null ? {} : { dtype }),
          ...(card === undefined ? {} : { card }),
        });
      }}
    >
      <Stack gap="md">
        <Radio.Group
          label="Format"
          value={format}
          onChange={(value) => {
            setFormat(value);
            setLayout({});
            const next = formats.find((one) => one.value === value)!;
            if (dtype !== null && !next.dtypes.includes(dtype)) setDtype(null);
          }}
        >
          <Stack gap={8} mt={6}>
            {formats.map(({ value, title, description, refusal }) => (
              <Radio
                key={value}
                value={value}
                label={title}
                description={refusal ?? description}
                disabled={refusal !== null}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Select
          label="Element type"
          placeholder="as the run has it"
          clearable
          clearButtonProps={{ 'aria-label': 'As the run has it' }}
          data={holds.map(({ value, title }) => ({ value, label: title }))}
          description={dtypes.find(({ value }) => value === dtype)?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={dtype}
          onChange={setDtype}
        />
        <LayoutFields options={chosen.options} layout={layout} onChange={setLayout} />
        <FileField
          label="Folder"
          wanted={{ kind: 'folder' }}
          description={
            chosen.hasMetadata
              ? 'Made when it is not there. The soup, its model card and its recipe are written into it.'
              : 'Made when it is not there. The soup, what it was made of, its model card and its recipe are written into it.'
          }
          value={folder}
          required
          onChange={setFolder}
        />
        <Switch
          label="Replace files of an earlier export in this folder"
          checked={replace}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
        <CardDraft runId={runId} format={format} layout={layout} written={card} onWrite={setCard} />
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
