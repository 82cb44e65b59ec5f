import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatMoment } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { IngredientsTable } from '../ingredients/ingredients-table.tsx';
import { RunsTable } from '../runs/runs-table.tsx';
import { ProjectMenu } from './project-menu.tsx';

const route = getRouteApi('/projects/$projectId');

/** A project's front page: its ingredients and its runs. */
export function ProjectPage() {
  const id = Number(route.useParams().projectId);
  const query = useQuery(service.projects.get.queryOptions({ input: { id } }));
  if (query.data === undefined) {
    return (
      <Page title="Project">
        <QueryState query={query} what="the project">
          {() => null}
        </QueryState>
      </Page>
    );
  }
  const project = query.data;
  return (
    <Page title={project.name} description={<Facts project={project} />} actions={<ProjectMenu project={project} />}>
      <Stack gap="xl">
        {project.notes !== '' && <Text style={{ whiteSpace: 'pre-wrap' }}>{project.notes}</Text>}
        <section aria-labelledby="ingredients">
          <Title order={2} id="ingredients" mb="xs">
            Ingredients
          </Title>
          <IngredientsTable projectId={id} />
        </section>
        <section aria-labelledby="runs">
          <Title order={2} id="runs" mb="xs">
            Runs
          </Title>
          <RunsTable projectId={id} />
        </section>
      </Stack>
    </Page>
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
