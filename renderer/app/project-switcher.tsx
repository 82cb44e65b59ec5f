import { Menu, NavLink } from '@mantine/core';
import { IconPlus, IconSelector, IconSoup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useRecentProjects } from '../lib/recent-projects.ts';
import { service } from '../lib/service.ts';
import classes from './shell.module.css';

const MOST_SHOWN = 8;

/** The project at hand, and the way to another one. */
export function ProjectSwitcher({ onNavigate }: { readonly onNavigate: () => void }) {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const { data: projects = [] } = useQuery(service.projects.list.queryOptions());
  const current = projects.find((project) => String(project.id) === projectId);
  const recent = useRecentProjects(projects);
  const never = projects.filter((project) => project.archivedAt === null && !recent.includes(project));
  const others = [...recent, ...never].filter((project) => project !== current).slice(0, MOST_SHOWN);
  const go = (id: number): void => {
    onNavigate();
    void navigate({ to: '/projects/$projectId', params: { projectId: String(id) } });
  };
  return (
    <Menu position="bottom-start" width={224} shadow="md">
      <Menu.Target>
        <NavLink
          className={classes.link}
          component="button"
          my={6}
          active={current !== undefined}
          label={current?.name ?? 'Choose a project'}
          styles={{ label: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } }}
          leftSection={<IconSoup size={18} stroke={1.7} />}
          rightSection={<IconSelector size={15} aria-hidden />}
        />
      </Menu.Target>
      <Menu.Dropdown>
        {others.length > 0 && <Menu.Label>Recent projects</Menu.Label>}
        {others.map((project) => (
          <Menu.Item key={project.id} onClick={() => go(project.id)}>
            {project.name}
          </Menu.Item>
        ))}
        {others.length > 0 && <Menu.Divider />}
        <Menu.Item
          leftSection={<IconPlus size={15} />}
          onClick={() => {
            onNavigate();
            void navigate({ to: '/', search: { new: true } });
          }}
        >
          New project…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
