import { Badge, Button, Grid, Group, Spoiler, Stack, Text } from '@mantine/core';
import { IconFlame, IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ProjectStock, ProjectSummary } from '../../../preload/contract/projects.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatMoment, formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { MachineCard } from '../overview/machine-card.tsx';
import { NextCard } from '../overview/next-card.tsx';
import { RecentRuns } from '../overview/recent-runs.tsx';
import { StandingCard } from '../overview/standing-card.tsx';
import { ProjectMenu } from './project-menu.tsx';

const route = getRouteApi('/projects/$projectId');

/** A project's front page: is there a soup that beats the best ingredient, how sure, and what to do next. */
export function ProjectPage() {
  const { projectId } = route.useParams();
  const { dialog } = route.useSearch();
  const navigate = route.useNavigate();
  const id = Number(projectId);
  const query = useQuery(service.projects.get.queryOptions({ input: { id } }));
  const overview = useQuery(service.projects.overview.queryOptions({ input: { id } }));
  if (query.data === undefined) {
    return (
      <Page help="overview" title="Project">
        <QueryState query={query} what="the project">
          {() => null}
        </QueryState>
      </Page>
    );
  }
  const project = query.data;
  return (
    <Page
      help="overview"
      title={project.name}
      description={<Facts project={project} />}
      actions={
        <>
          <Button
            leftSection={<IconFlame size={16} />}
            renderRoot={(props) => (
              <Link to="/projects/$projectId/kitchen" params={{ projectId }} search={{}} {...props} />
            )}
          >
            Cook
          </Button>
          <ProjectMenu
            project={project}
            dialog={[
              dialog,
              (next) => void navigate({ replace: true, search: next === undefined ? {} : { dialog: next } }),
            ]}
          />
        </>
      }
    >
      {project.notes !== '' && (
        <Spoiler maxHeight={72} showLabel="More" hideLabel="Less" mb="lg">
          <Text style={{ whiteSpace: 'pre-wrap' }}>{project.notes}</Text>
        </Spoiler>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="xl">
            <QueryState query={overview} what="the overview">
              {({ standing, stock }) =>
                standing === null ? (
                  <NothingToCompare stock={stock} />
                ) : (
                  <StandingCard projectId={projectId} standing={standing} />
                )
              }
            </QueryState>
            <RecentRuns projectId={id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            {overview.data !== undefined && <NextCard projectId={projectId} {...overview.data} />}
            <MachineCard />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function NothingToCompare({ stock }: { readonly stock: ProjectStock }) {
  return (
    <EmptyState compact icon={<IconScale />} title="Is there a soup that beats the best ingredient?">
      That will be answered here once a soup and its ingredients have been scored on the same test set. So far there{' '}
      {stock.ingredients === 1 ? 'is' : 'are'} {formatNumberOf(stock.ingredients, 'ingredient')},{' '}
      {formatNumberOf(stock.splits.test, 'test set')} and {formatNumberOf(stock.runs.done, 'finished run')}.
    </EmptyState>
  );
}

function Facts({ project }: { readonly project: ProjectSummary }) {
  return (
    <Group gap="xs">
      <span>Created {formatMoment(project.createdAt)}</span>
      {project.archivedAt !== null && (
        <Badge variant="light" color="gray">
          archived
        </Badge>
      )}
      {project.tags.map((tag) => (
        <Badge key={tag} variant="default" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}
