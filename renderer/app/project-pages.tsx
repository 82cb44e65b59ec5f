import { NavLink } from '@mantine/core';
import {
  IconCarrot,
  IconDatabase,
  IconLayoutDashboard,
  IconScale,
  IconTable,
  IconToolsKitchen2,
} from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import classes from './shell.module.css';

const ICON = { size: 18, stroke: 1.7 };

const PAGES = [
  { to: '/projects/$projectId', label: 'Overview', icon: <IconLayoutDashboard {...ICON} /> },
  { to: '/projects/$projectId/ingredients', label: 'Ingredients', icon: <IconCarrot {...ICON} /> },
  { to: '/projects/$projectId/data', label: 'Data', icon: <IconDatabase {...ICON} /> },
  { to: '/projects/$projectId/kitchen', label: 'Kitchen', icon: <IconToolsKitchen2 {...ICON} /> },
  { to: '/projects/$projectId/runs', label: 'Runs', icon: <IconTable {...ICON} /> },
  { to: '/projects/$projectId/compare', label: 'Compare', icon: <IconScale {...ICON} /> },
] as const;

/** The pages of the project at hand. */
export function ProjectPages({ onNavigate }: { readonly onNavigate: () => void }) {
  const { projectId } = useParams({ strict: false });
  if (projectId === undefined) return null;
  return PAGES.map(({ to, label, icon }) => (
    <NavLink
      key={to}
      className={classes.link}
      label={label}
      leftSection={icon}
      renderRoot={(props) => (
        <Link
          to={to}
          params={{ projectId }}
          search={{}}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'data-active': true }}
          {...props}
          onClick={onNavigate}
        />
      )}
    />
  ));
}
