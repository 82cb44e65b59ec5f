import { Button, CopyButton, Group, Text, Textarea, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { CodeBlock } from './code-block.tsx';

/** Python that loads an exported file into PyTorch, ready to be pasted. */
export function PythonSnippet({ exportId }: { readonly exportId: number }) {
  const query = useQuery(service.exports.python.queryOptions({ input: { exportId } }));
  return (
    <section aria-labelledby={`python-${exportId}`}>
      <QueryState query={query} what="the Python snippet">
        {({ text }) => (
          <>
            <Group justify="space-between" mb={6}>
              <Title order={3} id={`python-${exportId}`}>
                In PyTorch
              </Title>
              <CopyButton value={text}>
                {({ copied, copy }) => (
                  <Button
                    size="compact-sm"
                    variant="default"
                    leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                    onClick={copy}
                  >
                    {copied ? 'Copied' : 'Copy as Python'}
                  </Button>
                )}
              </CopyButton>
            </Group>
            <CodeBlock text={text} label="Python that loads it" />
          </>
        )}
      </QueryState>
    </section>
  );
}

/** The model card that lies beside an export, to be read and to be finished by hand. */
export function ExportedCard({ exportId }: { readonly exportId: number }) {
  const query = useQuery({
    ...service.exports.card.queryOptions({ input: { exportId } }),
    refetchOnWindowFocus: false,
  });
  return (
    <section aria-label="Model card">
      <QueryState query={query} what="the model card">
        {({ path, text }) => <CardEditor key={text} exportId={exportId} path={path} saved={text} />}
      </QueryState>
    </section>
  );
}

interface CardEditorProps {
  readonly exportId: number;
  readonly path: string;
  readonly saved: string;
}

function CardEditor({ exportId, path, saved }: CardEditorProps) {
  const [text, setText] = useState(saved);
  const queries = useQueryClient();
  const save = useMutation(
    service.exports.saveCard.mutationOptions({
      onSuccess: (card) => queries.setQueryData(service.exports.card.queryKey({ input: { exportId } }), card),
    }),
  );
  return (
    <>
      <Textarea
        label="Model card"
        description={path}
        value={text}
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {save.isError && <ErrorState error={errorFactsOf(save.error)} />}
      <Group justify="space-between" mt={6}>
        <Text size="sm" c="dimmed" role="status">
          {text === saved ? 'As it is on disk' : 'Changed, not saved yet'}
        </Text>
        <Button
          size="xs"
          variant="default"
          disabled={text === saved}
          loading={save.isPending}
          onClick={() => save.mutate({ exportId, text })}
        >
          Save the card
        </Button>
      </Group>
    </>
  );
}
