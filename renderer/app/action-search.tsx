import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import {
  IconActivity,
  IconBarbell,
  IconCarrot,
  IconDatabase,
  IconFileImport,
  IconFolders,
  IconKeyboard,
  IconLayoutDashboard,
  IconMoon,
  IconPlus,
  IconScale,
  IconSearch,
  IconSettings,
  IconSoup,
  IconSun,
  IconTable,
  IconToolsKitchen2,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useSample } from '../features/projects/use-sample.ts';
import { useViewActions } from '../features/runs/use-view-actions.tsx';
import { service } from '../lib/service.ts';

/** Opens what Ctrl/Cmd-K opens. */
export const openActionSearch = (): void => spotlight.open();

const ICON = { size: 18, stroke: 1.7 };

/** Every page, every action and every project, by its name. */
export function ActionSearch({ onJobs, onHelp }: { readonly onJobs: () => void; readonly onHelp: () => void }) {
  const here = useProjectPages();
  const views = useViewActions();
  const actions = useActions(onJobs, onHelp);
  const projects = useProjectActions();
  const groups: SpotlightActionGroupData[] = [
    ...(here.length > 0 ? [{ group: 'This project', actions: here }] : []),
    ...(views.length > 0 ? [{ group: 'Saved views of runs', actions: views }] : []),
    { group: 'Actions', actions },
    ...(projects.length > 0 ? [{ group: 'Projects', actions: projects }] : []),
  ];
  return (
    <Spotlight
      actions={groups}
      shortcut={['mod + K', 'mod + shift + P']}
      limit={24}
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

function action(id: string, label: string, icon: React.ReactNode, onClick: () => void): SpotlightActionData {
  return { id, label, leftSection: icon, onClick };
}

/** The pages of the project at hand, and what can be done there. */
function useProjectPages(): SpotlightActionData[] {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  if (projectId === undefined) return [];
  const params = { projectId };
  return [
    action(
      'overview',
      'Overview: is the soup better?',
      <IconLayoutDashboard {...ICON} />,
      () => void navigate({ to: '/projects/$projectId', params }),
    ),
    action(
      'cook',
      'Cook a soup (kitchen)',
      <IconToolsKitchen2 {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/kitchen', params, search: {} }),
    ),
    action(
      'cook-greedy',
      'Cook a greedy soup',
      <IconToolsKitchen2 {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/kitchen', params, search: { recipe: 'greedy' } }),
    ),
    action(
      'ingredients',
      'Ingredients',
      <IconCarrot {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/ingredients', params, search: {} }),
    ),
    action(
      'import-ingredients',
      'Import ingredients',
      <IconFileImport {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/ingredients', params, search: { dialog: 'import' } }),
    ),
    action(
      'train',
      'Train ingredients',
      <IconBarbell {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/ingredients', params, search: { dialog: 'train' } }),
    ),
    action(
      'lineage',
      'Lineage of ingredients',
      <IconCarrot {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/ingredients', params, search: { view: 'lineage' } }),
    ),
    action(
      'data',
      'Data',
      <IconDatabase {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/data', params, search: {} }),
    ),
    action(
      'runs',
      'Runs',
      <IconTable {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/runs', params, search: {} }),
    ),
    action(
      'runs-week',
      'Runs of the last 7 days',
      <IconTable {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/runs', params, search: { q: 'created > 7d' } }),
    ),
    action(
      'compare',
      'Compare',
      <IconScale {...ICON} />,
      () => void navigate({ to: '/projects/$projectId/compare', params, search: {} }),
    ),
  ];
}

function useActions(onJobs: () => void, onHelp: () => void): SpotlightActionData[] {
  const navigate = useNavigate();
  const sample = useSample();
  const { setColorScheme } = useMantineColorScheme();
  return [
    action(
      'new-project',
      'New project',
      <IconPlus {...ICON} />,
      () => void navigate({ to: '/', search: { new: true } }),
    ),
    action(
      'open-file',
      'Open a project file',
      <IconFileImport {...ICON} />,
      () => void navigate({ to: '/', search: { import: true } }),
    ),
    action('sample', 'Open the sample project', <IconSoup {...ICON} />, sample.open),
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
      'Settings: devices, storage, backups',
      <IconSettings {...ICON} />,
      () => void navigate({ to: '/settings' }),
    ),
    action('shortcuts', 'Keyboard shortcuts', <IconKeyboard {...ICON} />, onHelp),
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
