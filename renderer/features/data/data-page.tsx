import { Button, Group, Stack } from '@mantine/core';
import { IconDatabase, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { AddMnist } from './add-mnist.tsx';
import { chosenSplit, splitsQuestion } from './data-questions.ts';
import type { DataSearch } from './data-search.ts';
import { Leakage } from './leakage.tsx';
import { SplitView } from './split-view.tsx';
import { SplitsTable } from './splits-table.tsx';

const AddSplit = lazy(() => import('./add-split.tsx'));
const route = getRouteApi('/projects/$projectId/data');

export type ShowData = (change: { readonly [Key in keyof DataSearch]?: DataSearch[Key] | undefined }) => void;

/** A project's labelled data: what is trained on, selected on and tested on. The address holds what is shown. */
export function DataPage() {
  const projectId = Number(route.useParams().projectId);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(splitsQuestion(projectId));
  const show: ShowData = (change) => {
    void navigate({ replace: true, resetScroll: false, search: (before) => withoutGaps({ ...before, ...change }) });
  };
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => show({ dialog: 'add' })}>
      Add a split…
    </Button>
  );
  return (
    <Page
      help="data"
      title="Data"
      description="Splits of labelled samples: ingredients learn from “train”, recipes look at “selection”, and “test” is only ever scored."
      actions={add}
    >
      <QueryState query={query} what="the data">
        {(splits) => <Splits projectId={projectId} splits={splits} search={search} show={show} add={add} />}
      </QueryState>
      {search.dialog === 'add' && (
        <Suspense>
          <AddSplit projectId={projectId} splits={query.data ?? []} onClose={() => show({ dialog: undefined })} />
        </Suspense>
      )}
    </Page>
  );
}

function withoutGaps(search: Readonly<Record<string, unknown>>): DataSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

interface SplitsProps {
  readonly projectId: number;
  readonly splits: readonly SplitRow[];
  readonly search: DataSearch;
  readonly show: ShowData;
  readonly add: ReactNode;
}

function Splits({ projectId, splits, search, show, add }: SplitsProps) {
  const chosen = chosenSplit(splits, search);
  if (chosen === undefined) {
    return (
      <EmptyState
        icon={<IconDatabase />}
        title="No data yet"
        action={
          <Group justify="center" align="flex-start">
            {add}
            <AddMnist projectId={projectId} />
          </Group>
        }
      >
        Soups are judged by labelled samples: add images and labels as IDX files, or begin with the MNIST digits that
        come with Stockpot.
      </EmptyState>
    );
  }
  return (
    <Stack gap="xl">
      <SplitsTable
        splits={splits}
        chosen={chosen.id}
        onChoose={(split) => show({ split, label: undefined })}
        onRemoved={() => show({ split: undefined, label: undefined })}
      />
      <Leakage projectId={projectId} splits={splits} />
      <SplitView
        key={chosen.id}
        split={chosen}
        label={search.label !== undefined && search.label < chosen.classCount ? search.label : undefined}
        onLabel={(label) => show({ split: chosen.id, label })}
      />
    </Stack>
  );
}
