import { Button, Group, Switch, Text } from '@mantine/core';
import { IconDownload, IconToolsKitchen2 } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { tell } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatNumberOf } from '../../lib/format.ts';
import { saveText } from '../../lib/save-file.ts';
import { service } from '../../lib/service.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnChooser } from './column-chooser.tsx';
import { CompareShown } from './compare-shown.tsx';
import { FilterField } from './filter-field.tsx';
import { GroupsTable } from './groups-table.tsx';
import { PeriodMenu } from './period-menu.tsx';
import {
  idsOf,
  movedColumn,
  type RunsSearch,
  shownColumns,
  sortOf,
  textOfSort,
  textOfWidths,
  widthsOf,
} from './runs-search.ts';
import { RunsTable } from './runs-table.tsx';
import { useFilter } from './use-filter.ts';
import { ViewsMenu } from './views-menu.tsx';

const route = getRouteApi('/projects/$projectId/runs');

type Change = { readonly [Key in keyof RunsSearch]?: RunsSearch[Key] | undefined };

/** All runs of a project. The address holds everything that decides what is shown. */
export function RunsPage() {
  const { projectId: project } = route.useParams();
  const projectId = Number(project);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show = (change: Change): void => {
    void navigate({ replace: true, search: (before) => withoutGaps({ ...before, ...change }) });
  };
  const columnsQuery = useQuery(service.runs.columns.queryOptions({ input: { projectId } }));
  const all = columnsQuery.data ?? [];
  const columns = useMemo(
    () => shownColumns(search.columns, columnsQuery.data ?? []),
    [search.columns, columnsQuery.data],
  );
  const sort = useMemo(() => sortOf(search.sort), [search.sort]);
  const widths = useMemo(() => widthsOf(search.widths), [search.widths]);
  const selected = useMemo(() => new Set(idsOf(search.selected)), [search.selected]);
  const ids = useMemo(() => columns.map(({ id }) => id), [columns]);
  const { where, error, total } = useFilter(
    { projectId, where: search.q ?? '', sort, columns: ids },
    columnsQuery.isSuccess,
  );
  const base = useBaseline(projectId, search.base);
  const csv = useMutation(
    service.runs.csv.mutationOptions({
      onSuccess: ({ text }) => saveText(`runs-of-project-${projectId}.csv`, 'text/csv', text),
      onError: (thrown) => tell(errorFactsOf(thrown).what, 'red'),
    }),
  );
  const select = (ids: readonly number[], chosen: boolean): void => {
    const next = new Set(selected);
    for (const id of ids) chosen ? next.add(id) : next.delete(id);
    show({ selected: [...next].join(',') });
  };
  return (
    <Page
      help="runs"
      wide
      title="Runs"
      description={total === undefined ? 'Everything that was cooked' : formatNumberOf(total, 'run')}
      actions={
        <>
          <CompareShown projectId={projectId} where={where} sort={sort} base={search.base} />
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            loading={csv.isPending}
            onClick={() => csv.mutate({ projectId, where, sort: [...sort], columns: columns.map(({ id }) => id) })}
          >
            CSV
          </Button>
          <Button
            leftSection={<IconToolsKitchen2 size={16} />}
            renderRoot={(props) => (
              <Link to="/projects/$projectId/kitchen" params={{ projectId: project }} search={{}} {...props} />
            )}
          >
            Cook…
          </Button>
        </>
      }
    >
      <Group gap="xs" align="flex-start" mb="sm">
        <FilterField value={search.q ?? ''} error={error} onChange={(q) => show({ q })} />
        <PeriodMenu filter={search.q ?? ''} onChange={(q) => show({ q })} />
        <Switch
          label="Group over seeds"
          mt={7}
          checked={search.group === 'seed'}
          onChange={(event) => show({ group: event.currentTarget.checked ? 'seed' : undefined, selected: undefined })}
        />
        <ColumnChooser all={all} shown={columns} onChange={(ids) => show({ columns: ids.join(',') })} />
        <ViewsMenu projectId={projectId} search={search} onOpen={(next) => void navigate({ search: next })} />
      </Group>
      {base !== undefined && (
        <Text size="sm" c="dimmed" mb="xs">
          Differences are from run {base.id}, {base.recipe}.{' '}
          <Button size="compact-xs" variant="subtle" onClick={() => show({ base: undefined })}>
            Unpin
          </Button>
        </Text>
      )}
      <QueryState query={columnsQuery} what="columns">
        {() =>
          search.group === 'seed' ? (
            <GroupsTable
              projectId={projectId}
              where={where}
              sort={sort}
              onSort={(next) => show({ sort: textOfSort(next) })}
              columns={columns}
              onOpen={(ids) => show({ group: undefined, q: `id in (${ids.slice(0, 200).join(', ')})` })}
            />
          ) : (
            <RunsTable
              projectId={projectId}
              where={where}
              sort={sort}
              onSort={(next) => show({ sort: textOfSort(next) })}
              columns={columns}
              widths={widths}
              onWidths={(next) => show({ widths: textOfWidths(next) })}
              base={base}
              selected={selected}
              onSelect={select}
              onMove={(id, by, to) => {
                const ids = columns.map((column) => column.id);
                const steps = by === 'here' ? ids.indexOf(to) - ids.indexOf(id) : by;
                show({ columns: movedColumn(ids, id, steps).join(',') });
              }}
            />
          )
        }
      </QueryState>
      {selected.size > 0 && (
        <BulkBar
          projectId={projectId}
          ids={[...selected]}
          base={search.base}
          onBase={(id) => show({ base: id })}
          onClear={() => show({ selected: undefined })}
        />
      )}
    </Page>
  );
}

function useBaseline(projectId: number, id: number | undefined) {
  const { data } = useQuery(
    service.runs.list.queryOptions({
      input: { projectId, where: `id = ${id ?? 0}`, limit: 1 },
      enabled: id !== undefined,
      placeholderData: keepPreviousData,
    }),
  );
  return id === undefined ? undefined : data?.rows.find((row) => row.id === id);
}

function withoutGaps(search: Readonly<Record<string, unknown>>): RunsSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
