import { Button, Group, Select, Stack } from '@mantine/core';
import { IconToolsKitchen2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Provenance } from '../../../preload/contract/exports.ts';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { client, service } from '../../lib/service.ts';
import { ImportInstead } from './import-instead.tsx';
import { freeProjectName, NEW_PROJECT, proposedProject } from './project-choice.ts';

interface CookAgainProps {
  readonly provenance: Provenance;
  readonly project: number | undefined;
  readonly folder: string | undefined;
  readonly canCook: boolean;
}

/** The kitchen of a project with the soup's recipe in it, or the file among a project's ingredients. */
export function CookAgain(props: CookAgainProps) {
  const projects = useQuery(service.projects.list.queryOptions());
  return (
    <QueryState query={projects} what="projects">
      {(known) => <Choose {...props} projects={known} />}
    </QueryState>
  );
}

const NAMELESS = 'A soup';

function Choose({
  provenance: { file, run },
  project,
  folder,
  canCook,
  projects,
}: CookAgainProps & { readonly projects: readonly ProjectSummary[] }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(() => proposedProject(projects, project, run?.project));
  const newName = freeProjectName(projects, run?.project ?? NAMELESS);
  const open = useMutation({
    mutationFn: async () => {
      const id = chosen === NEW_PROJECT ? (await client.projects.create({ name: newName })).id : Number(chosen);
      if (chosen === NEW_PROJECT) await queries.invalidateQueries({ queryKey: service.projects.key() });
      const search = { soup: file, ...(folder === undefined ? {} : { folder }) };
      await navigate({ to: '/projects/$projectId/kitchen', params: { projectId: String(id) }, search });
    },
  });
  return (
    <Stack gap="sm">
      <Select
        label="Project"
        maw={420}
        allowDeselect={false}
        value={chosen}
        onChange={(value) => value !== null && setChosen(value)}
        data={[
          ...projects
            .filter(({ archivedAt }) => archivedAt === null)
            .map(({ id, name }) => ({ value: String(id), label: name })),
          { value: NEW_PROJECT, label: `A new project, “${newName}”` },
        ]}
      />
      {open.isError && <ErrorState error={errorFactsOf(open.error)} />}
      <Group gap="xs">
        <Button
          leftSection={<IconToolsKitchen2 size={16} />}
          disabled={!canCook}
          loading={open.isPending}
          onClick={() => open.mutate()}
        >
          Open the kitchen with this recipe
        </Button>
        {chosen !== NEW_PROJECT && <ImportInstead file={file} projectId={Number(chosen)} />}
      </Group>
    </Stack>
  );
}
