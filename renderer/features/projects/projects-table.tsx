import { Badge, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { formatAgo, formatCount, formatMoment } from '../../lib/format.ts';
import { ProjectMenu } from './project-menu.tsx';
import classes from './projects.module.css';

/** More than these are not in sight at first. */
const AT_ONCE = 20;

export function ProjectsTable({ projects }: { readonly projects: readonly ProjectSummary[] }) {
  // The first can be used before the others are there, and with long lists the search field answers before the list does.
  const shown = useDeferredValue(projects, projects.slice(0, AT_ONCE));
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="sm" highlightOnHover aria-label="Projects">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th ta="right">Ingredients</Table.Th>
            <Table.Th ta="right">Runs</Table.Th>
            <Table.Th>Last active</Table.Th>
            <Table.Th w={52} aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((project) => (
            <ProjectRow key={project.id} project={project} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ProjectRow({ project }: { readonly project: ProjectSummary }) {
  return (
    <Table.Tr>
      <Table.Td maw={520}>
        <Link className={classes.name} to="/projects/$projectId" params={{ projectId: String(project.id) }}>
          {project.name}
        </Link>
        <span className={classes.tags}>
          {project.tags.map((tag) => (
            <Badge key={tag} variant="default" size="sm" tt="none" fw={500}>
              {tag}
            </Badge>
          ))}
        </span>
        {project.notes !== '' && (
          <Text size="sm" c="dimmed" truncate>
            {project.notes}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" className="numeric">
        {formatCount(project.ingredientCount)}
      </Table.Td>
      <Table.Td ta="right" className="numeric">
        {formatCount(project.runCount)}
      </Table.Td>
      <Table.Td>
        <Ago moment={project.activeAt} />
      </Table.Td>
      <Table.Td>
        <ProjectMenu project={project} />
      </Table.Td>
    </Table.Tr>
  );
}

/** How long ago; the exact time for whoever points at it, and only then: a list has many. */
function Ago({ moment }: { readonly moment: string }) {
  const [exact, setExact] = useState<string>();
  return (
    <time dateTime={moment} title={exact} onPointerEnter={() => setExact(formatMoment(moment))}>
      {formatAgo(moment)}
    </time>
  );
}
