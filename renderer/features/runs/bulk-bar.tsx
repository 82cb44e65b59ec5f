import { Button, Popover, Textarea } from '@mantine/core';
import { IconNote, IconPin, IconScale, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunRow } from '../../../preload/contract/runs.ts';
import { ChosenBar } from '../../components/chosen-bar.tsx';
import { TagsButton } from '../../components/tags-button.tsx';
import { service } from '../../lib/service.ts';
import { MOST_COMPARED } from './compare-shown.tsx';
import { useRunChanges } from './use-run-changes.tsx';

interface BulkBarProps {
  readonly projectId: number;
  readonly ids: readonly number[];
  readonly base: number | undefined;
  readonly onBase: (id: number | undefined) => void;
  readonly onClear: () => void;
}

/** What can be done with the runs that are chosen. */
export function BulkBar({ projectId, ids, base, onBase, onClear }: BulkBarProps) {
  const changes = useRunChanges();
  const where = `id in (${ids.slice(0, 200).join(', ')})`;
  const { data } = useQuery(service.runs.list.queryOptions({ input: { projectId, where, limit: 200 } }));
  const rows = data?.rows ?? [];
  const [only] = ids.length === 1 ? rows : [];
  const compared = ids.slice(0, MOST_COMPARED).map((id) => `run:${id}`);
  return (
    <ChosenBar of="run" count={ids.length} onClear={onClear}>
      <Button
        size="xs"
        leftSection={<IconScale size={15} />}
        renderRoot={(props) => (
          <Link
            to="/projects/$projectId/compare"
            params={{ projectId: String(projectId) }}
            search={{ subjects: compared.join(','), ...(base === undefined ? {} : { base: `run:${base}` }) }}
            {...props}
          />
        )}
      >
        Compare
      </Button>
      {ids.length === 1 && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPin size={15} />}
          onClick={() => onBase(base === ids[0] ? undefined : ids[0])}
        >
          {base === ids[0] ? 'No baseline' : 'Pin as baseline'}
        </Button>
      )}
      <TagsButton of="runs" rows={rows} onChange={(add, taken) => void changes.tag(ids, add, taken)} />
      {only !== undefined && (
        <NotesButton key={only.id} row={only} onSave={(notes) => void changes.note(only.id, notes)} />
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={15} />}
        onClick={() => {
          // A refusal has been told by then.
          changes.remove(ids).catch(() => undefined);
          onClear();
        }}
      >
        Delete
      </Button>
    </ChosenBar>
  );
}

function NotesButton({ row, onSave }: { readonly row: RunRow; readonly onSave: (notes: string) => void }) {
  const [open, setOpen] = useState(false);
  const [notes, setNotes] = useState(row.notes);
  return (
    <Popover opened={open} onChange={setOpen} position="top" width={360} shadow="md" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconNote size={15} />} onClick={() => setOpen(!open)}>
          Notes
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Textarea
          label={`Notes on run ${row.id}`}
          data-autofocus
          autosize
          minRows={3}
          maxRows={12}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
        <Button
          mt="xs"
          size="xs"
          onClick={() => {
            onSave(notes);
            setOpen(false);
          }}
        >
          Save
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
