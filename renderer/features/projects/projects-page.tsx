import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconFileImport, IconPlus, IconSearch, IconSoup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import classes from './projects.module.css';
import { ProjectsTable } from './projects-table.tsx';
import { useSample } from './use-sample.ts';

const CreateProject = lazy(() => import('./create-project.tsx'));
const ImportProject = lazy(() => import('./import-project.tsx'));
const route = getRouteApi('/');

/** Every project: found, created, archived, deleted. The address holds what is shown. */
export function ProjectsPage() {
  const { q = '', archived = false, new: creating = false, import: importing = false } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(service.projects.list.queryOptions());
  const sample = useSample();
  const show = (change: {
    readonly q?: string;
    readonly archived?: boolean;
    readonly new?: boolean;
    readonly import?: boolean;
  }): void => {
    const next = { q, archived, new: creating, import: importing, ...change };
    void navigate({
      replace: true,
      search: {
        ...(next.q === '' ? {} : { q: next.q }),
        ...(next.archived ? { archived: true as const } : {}),
        ...(next.new ? { new: true as const } : {}),
        ...(next.import ? { import: true as const } : {}),
      },
    });
  };
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => show({ new: true })}>
      New project
    </Button>
  );
  return (
    <Page
      help="projects"
      title="Projects"
      description="One architecture, its ingredients, their data and every soup cooked from them."
      actions={
        <>
          <Button variant="default" loading={sample.isPending} onClick={sample.open}>
            Open the sample
          </Button>
          <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={() => show({ import: true })}>
            Open project file
          </Button>
          {create}
        </>
      }
    >
      <div className={classes.toolbar}>
        <TextInput
          aria-label="Search projects"
          placeholder="Search by name, tag or notes"
          leftSection={<IconSearch size={16} />}
          value={q}
          onChange={(event) => show({ q: event.currentTarget.value })}
          className={classes.search}
        />
        <SegmentedControl
          aria-label="Which projects"
          value={archived ? 'archived' : 'current'}
          onChange={(value) => show({ archived: value === 'archived' })}
          data={[
            { value: 'current', label: 'Current' },
            { value: 'archived', label: 'Archived' },
          ]}
        />
      </div>
      <QueryState query={query} what="projects">
        {(projects) => (
          <Found
            projects={projects}
            q={q}
            archived={archived}
            create={
              <Group gap="xs">
                {create}
                <Button variant="default" loading={sample.isPending} onClick={sample.open}>
                  Look around in the sample
                </Button>
              </Group>
            }
          />
        )}
      </QueryState>
      {importing && (
        <Suspense>
          <ImportProject onClose={() => show({ import: false })} />
        </Suspense>
      )}
      {creating && (
        <Suspense>
          <CreateProject onClose={() => show({ new: false })} />
        </Suspense>
      )}
    </Page>
  );
}

interface FoundProps {
  readonly projects: readonly ProjectSummary[];
  readonly q: string;
  readonly archived: boolean;
  readonly create: React.ReactNode;
}

function Found({ projects, q, archived, create }: FoundProps) {
  const here = projects.filter((project) => (project.archivedAt !== null) === archived);
  const found = here.filter((project) => matches(project, q));
  if (found.length > 0) return <ProjectsTable projects={found} />;
  if (here.length > 0) {
    return (
      <EmptyState icon={<IconSearch />} title="Nothing found">
        No project has “{q}” in its name, tags or notes.
      </EmptyState>
    );
  }
  if (archived) {
    return (
      <EmptyState icon={<IconSoup />} title="Nothing is archived">
        A project that is done can be archived from its menu: it is kept, but out of the way.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<IconSoup />} title="Start with a project" action={create}>
      A project holds checkpoints of one architecture, the data to judge them by, and the soups that come out.
    </EmptyState>
  );
}

function matches({ name, tags, notes }: ProjectSummary, q: string): boolean {
  const text = [name, ...tags, notes].join('\n').toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
