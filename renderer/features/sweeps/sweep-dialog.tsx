import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconChartLine, IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { NumericOption } from '../../../preload/contract/sweeps.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { type AxisDraft, draftOf, valueCount, wantedAxis } from './axis-draft.ts';
import { AxisFields } from './axis-fields.tsx';

interface SweepDialogProps {
  readonly projectId: number;
  /** The recipe file that is swept. */
  readonly text: string;
  readonly disabled: boolean;
  readonly onStarted: (sweepId: number) => void;
}

/** Sets a sweep over one or two of the recipe's numbers going. */
export function SweepDialog(props: SweepDialogProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="md"
        variant="default"
        leftSection={<IconChartLine size={18} />}
        disabled={props.disabled}
        onClick={() => setOpen(true)}
      >
        Sweep…
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Sweep over an option"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Numbers {...props} />
      </Modal>
    </>
  );
}

function Numbers(props: SweepDialogProps) {
  const options = useQuery(service.sweeps.options.queryOptions({ input: { text: props.text }, staleTime: 0 }));
  return (
    <QueryState query={options} what="the options">
      {(numbers) =>
        numbers.length === 0 ? (
          <Text size="sm">None of the recipe’s options is a number. Choose another recipe to sweep.</Text>
        ) : (
          <SweepForm {...props} options={numbers} />
        )
      }
    </QueryState>
  );
}

function SweepForm({
  projectId,
  text,
  options,
  onStarted,
}: SweepDialogProps & { readonly options: readonly NumericOption[] }) {
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<readonly AxisDraft[]>([draftOf(options[0]!)]);
  const start = useMutation(
    service.sweeps.start.mutationOptions({
      onSuccess: ({ sweepId }) => {
        void queries.invalidateQueries({ queryKey: service.sweeps.key() });
        onStarted(sweepId);
      },
    }),
  );
  const axes = drafts.flatMap((draft) => wantedAxis(draft) ?? []);
  const isWhole = axes.length === drafts.length;
  const others = options.filter(({ name }) => name !== drafts[0]!.name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isWhole) start.mutate({ projectId, text, axes });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {drafts.map((draft, index) => (
          <AxisFields
            // There are one or two of them, and only the last one comes and goes.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            label={index === 0 ? 'Option' : 'Second option'}
            options={index === 0 ? options : others}
            draft={draft}
            onChange={(next) =>
              setDrafts(
                index === 0 && next.name === drafts[1]?.name
                  ? [next]
                  : drafts.map((one, i) => (i === index ? next : one)),
              )
            }
          />
        ))}
        {drafts.length === 1 && others.length > 0 && (
          <Group>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              onClick={() => setDrafts([...drafts, draftOf(others[0]!)])}
            >
              A second option
            </Button>
          </Group>
        )}
        {drafts.length === 2 && (
          <Group>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconX size={14} />}
              onClick={() => setDrafts(drafts.slice(0, 1))}
            >
              One option alone
            </Button>
          </Group>
        )}
        <Text size="sm" c="dimmed">
          {isWhole
            ? `${formatCount(valueCount(axes))} ${drafts.length === 2 ? 'combinations' : 'values'}`
            : 'Every value'}
          , each cooked and scored on the selection split. Test sets are not looked at: the best one is cooked for that.
        </Text>
        {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={!isWhole} loading={start.isPending}>
            Sweep
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
