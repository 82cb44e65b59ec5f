import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import {
  IconActivity,
  IconFolders,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSettings,
  IconSoup,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { service } from '../lib/service.ts';

/** Opens what Ctrl/Cmd-K opens. */
export const openActionSearch = (): void => spotlight.open();

const ICON = { size: 18, stroke: 1.7 };

/** Every action and every project, by its name. */
export function ActionSearch({ onJobs }: { readonly onJobs: () => void }) {
  const actions = useActions(onJobs);
  const projects = useProjectActions();
  const groups: SpotlightActionGroupData[] = [
    { group: 'Actions', actions },
    ...(projects.length > 0 ? [{ group: 'Projects', actions: projects }] : []),
  ];
  return (
    <Spotlight
      actions={groups}
      shortcut={['mod + K', 'mod + shift + P']}
      limit={12}
      // It is there at once: whoever types fast must not write into one that is just fading away.
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight={440}
      highlightQuery
      nothingFound="Nothing by that name"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Find an action or a project',
        'aria-label': 'Find an action or a project',
      }}
    />
  );
}

function useActions(onJobs: () => void): SpotlightActionData[] {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const action = (id: string, label: string, icon: React.ReactNode, onClick: () => void): SpotlightActionData => ({
    id,
    label,
    leftSection: icon,
    onClick,
  });
  return [
    action(
      'new-project',
      'New project',
      <IconPlus {...ICON} />,
      () => void navigate({ to: '/', search: { new: true } }),
    ),
    action('projects', 'All projects', <IconFolders {...ICON} />, () => void navigate({ to: '/', search: {} })),
    action(
      'archive',
      'Archived projects',
      <IconFolders {...ICON} />,
      () => void navigate({ to: '/', search: { archived: true } }),
    ),
    action('jobs', 'Jobs', <IconActivity {...ICON} />, onJobs),
    action(
      'settings',
      'Settings, devices and storage',
      <IconSettings {...ICON} />,
      () => void navigate({ to: '/settings' }),
    ),
    action('light', 'Appearance: light', <IconSun {...ICON} />, () => setColorScheme('light')),
    action('dark', 'Appearance: dark', <IconMoon {...ICON} />, () => setColorScheme('dark')),
    action('auto', 'Appearance: as the system', <IconSun {...ICON} />, () => setColorScheme('auto')),
  ];
}

function useProjectActions(): SpotlightActionData[] {
  const navigate = useNavigate();
  const { data: projects = [] } = useQuery(service.projects.list.queryOptions());
  return projects.map((project) => ({
    id: `project-${project.id}`,
    label: project.name,
    description: project.archivedAt === null ? '' : 'archived',
    leftSection: <IconSoup {...ICON} />,
    onClick: () => void navigate({ to: '/projects/$projectId', params: { projectId: String(project.id) } }),
  }));
}
