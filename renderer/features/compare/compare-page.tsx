import { Alert, Button, Grid, Group, Select, Stack, Text, Title } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { CompareOverview } from '../../../preload/contract/compare.ts';
import { Chart } from '../../charts/chart.tsx';
import { isWithin } from '../../charts/parallel-ranges.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import type { HelpName } from '../../components/help/topics.ts';
import { Later } from '../../components/later.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { MetricSelect } from '../../components/metric-select.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { SectionTitle } from '../../components/section-title.tsx';
import { service } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { BarsBySet } from './bars-by-set.tsx';
import { costScatter, parallelSubjects, soupScatter } from './compare-charts.ts';
import { focusOf } from './compare-focus.ts';
import { choicesQuestion, overviewQuestion } from './compare-questions.ts';
import { type CompareSearch, comparedRefs, rangesOf, textOfRanges } from './compare-search.ts';
import { Differences } from './differences.tsx';
import { DuelView } from './duel-view.tsx';
import { ScoresTable } from './scores-table.tsx';
import { SideBySide } from './side-by-side.tsx';
import { Significance } from './significance.tsx';
import { SubjectPicker } from './subject-picker.tsx';

const route = getRouteApi('/projects/$projectId/compare');

type Show = (change: { readonly [Key in keyof CompareSearch]?: CompareSearch[Key] | undefined }) => void;

/** Soups, ingredients and ensembles beside each other. The address holds which, and against what. */
export function ComparePage() {
  const projectId = Number(route.useParams().projectId);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show: Show = (change) => {
    void navigate({ replace: true, search: (before) => withoutGaps({ ...before, ...change }) });
  };
  const choices = useQuery(choicesQuestion(projectId));
  const known = choices.data ?? [];
  const refs = comparedRefs(search, known);
  const overview = useQuery({
    ...overviewQuestion(projectId, refs),
    enabled: refs.length > 0,
    placeholderData: keepPreviousData,
  });
  return (
    <Page help="compare" title="Compare" description="What is better, by how much, how sure, and where">
      <QueryState query={choices} what="what can be compared">
        {() =>
          known.length === 0 ? (
            <EmptyState
              icon={<IconScale />}
              title="There is nothing to compare yet"
              action={
                <Button
                  variant="default"
                  renderRoot={(props) => (
                    <Link
                      to="/projects/$projectId/kitchen"
                      params={{ projectId: String(projectId) }}
                      search={{}}
                      {...props}
                    />
                  )}
                >
                  Open the kitchen
                </Button>
              }
            >
              Import ingredients and cook a soup: what was measured on the same test sets is compared here.
            </EmptyState>
          ) : (
            <Stack gap="xl">
              <SubjectPicker
                projectId={projectId}
                named={[...known, ...(overview.data?.subjects ?? [])]}
                value={refs}
                onChange={(next) =>
                  show({ subjects: next.join(','), base: next.includes(search.base ?? '') ? search.base : undefined })
                }
              />
              <QueryState query={overview} what="scores">
                {(data) => <Comparison projectId={projectId} overview={data} search={search} show={show} />}
              </QueryState>
            </Stack>
          )
        }
      </QueryState>
    </Page>
  );
}

interface ComparisonProps {
  readonly projectId: number;
  readonly overview: CompareOverview;
  readonly search: CompareSearch;
  readonly show: Show;
}

function Comparison({ projectId, overview, search, show }: ComparisonProps) {
  const [emphasis, setEmphasis] = useState<string>();
  const { sets, subjects } = overview;
  const metrics = useMetrics();
  const project = useQuery(service.projects.get.queryOptions({ input: { id: projectId } })).data;
  if (metrics.length === 0) return <LoadingState what="metrics" />;
  const focus = focusOf(overview, metrics, project?.metric, search);
  if (focus === undefined) {
    return (
      <Alert color="yellow" title="None of these was measured yet">
        Cook a run with a test set: its ingredients, its soup and their ensembles are all measured on it.
      </Alert>
    );
  }
  const { metric, set, barSets, baseline, duelist } = focus;
  const scatter = soupScatter(overview, metric, set.id);
  const parallel = parallelSubjects(overview, metric, rangesOf(search.within));
  const kept = subjects.filter((_, place) => isWithin(parallel, parallel.lines[place]!.values)).map(({ ref }) => ref);
  const isUpBetter = metric.better === 'higher';
  const differences = (
    <Part title="Only what differs">
      <Differences subjects={subjects} />
    </Part>
  );
  return (
    <Stack gap={40}>
      <Group gap="md">
        <MetricSelect metrics={metrics} value={metric.id} onChange={(id) => show({ metric: id, within: undefined })} />
        <Select
          label="Test set"
          allowDeselect={false}
          data={sets.map(({ id, name, role }) => ({
            value: String(id),
            label: role === 'selection' ? `${name} (recipes looked at it)` : name,
          }))}
          value={String(set.id)}
          onChange={(id) => id !== null && show({ on: Number(id) })}
        />
        <Select
          label="Baseline"
          allowDeselect={false}
          data={subjects.map(({ ref, label }) => ({ value: ref, label }))}
          value={baseline.ref}
          onChange={(ref) => ref !== null && show({ base: ref })}
        />
      </Group>
      <Part title="Scores, cost and size">
        <ScoresTable
          overview={overview}
          kept={new Set(kept)}
          setId={set.id}
          metric={metric}
          baseline={baseline}
          onBaseline={(ref) => show({ base: ref })}
          emphasis={emphasis}
          onEmphasis={setEmphasis}
        />
      </Part>
      {subjects.length === 2 && differences}
      {subjects.length > 1 && (
        <Part title="Is the difference real?" help="paired-tests">
          <Significance
            projectId={projectId}
            subjects={subjects}
            baseline={baseline}
            set={set}
            metric={metric}
            emphasis={emphasis}
          />
        </Part>
      )}
      <Later>
        <Grid gap="xl">
          {scatter !== undefined && (
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Chart data={scatter} height={380} emphasis={emphasis} onPick={setEmphasis} />
              <Text size="sm" c="dimmed">
                Dots are ingredients, stars soups, diamonds ensembles;{' '}
                {isUpBetter ? 'up and to the right' : 'down and to the left'} is better.
              </Text>
            </Grid.Col>
          )}
          <Grid.Col span={{ base: 12, lg: scatter === undefined ? 12 : 6 }}>
            <Chart data={costScatter(overview, metric, set.id)} height={380} emphasis={emphasis} onPick={setEmphasis} />
            <Text size="sm" c="dimmed">
              The larger a mark, the more its weights take on disk; {isUpBetter ? 'up' : 'down'} and to the left is
              better. An ensemble’s time is that of its passes together.
            </Text>
          </Grid.Col>
        </Grid>
        <SideBySide
          data={parallel}
          kept={kept.length}
          onRanges={(ranges) => show({ within: textOfRanges(ranges) })}
          onKeep={() => show({ subjects: kept.join(','), within: undefined })}
          emphasis={emphasis}
          onPick={setEmphasis}
        />
        <BarsBySet
          projectId={projectId}
          overview={overview}
          metric={metric}
          baseline={baseline}
          shown={barSets}
          emphasis={emphasis}
        />
        {subjects.length !== 2 && differences}
        {duelist !== undefined && (
          <Part title="Won and lost, image by image">
            <DuelView
              projectId={projectId}
              subjects={subjects}
              subject={duelist}
              baseline={baseline}
              set={set}
              onSubject={(ref) => show({ against: ref })}
            />
          </Part>
        )}
      </Later>
    </Stack>
  );
}

interface PartProps {
  readonly title: string;
  readonly help?: HelpName;
  readonly children: ReactNode;
}

function Part({ title, help, children }: PartProps) {
  const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
  return (
    <section aria-labelledby={id}>
      {help === undefined ? (
        <Title order={2} id={id} mb="sm">
          {title}
        </Title>
      ) : (
        <SectionTitle id={id} help={help} helpLabel={`Help: ${title}`}>
          {title}
        </SectionTitle>
      )}
      {children}
    </section>
  );
}

function withoutGaps(search: Readonly<Record<string, unknown>>): CompareSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
