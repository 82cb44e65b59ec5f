import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { IconPointer, IconSearch, IconSoup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useViewActions } from '../features/runs/use-view-actions.tsx';
import { service } from '../lib/service.ts';
import { ACTIONS, type Action, hrefOf } from './actions.ts';
import { type PageAction, pageActions } from './page-actions.ts';
import { useCommands } from './use-commands.ts';
import { useRunActions } from './use-run-actions.tsx';

/** Opens what Ctrl/Cmd-K opens. */
export const openActionSearch = (): void => spotlight.open();

const ICON = { size: 18, stroke: 1.7 };

/** Every page, every action, every project, and the runs of the project at hand, by their names. */
export function ActionSearch({ onJobs, onHelp }: { readonly onJobs: () => void; readonly onHelp: () => void }) {
  const [query, setQuery] = useState('');
  const [onPage, setOnPage] = useState<readonly PageAction[]>();
  const { here, anywhere } = useActions(onJobs, onHelp);
  const isOpen = onPage !== undefined;
  const groups: SpotlightActionGroupData[] = [
    { group: 'On this page', actions: (onPage ?? []).map(onThisPage) },
    { group: 'This project', actions: here },
    { group: 'Saved views of runs', actions: useViewActions() },
    { group: 'Actions', actions: anywhere },
    { group: 'Projects', actions: useProjectActions() },
    { group: 'Runs of this project', actions: useRunActions(query, isOpen) },
  ];
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      shortcut={['mod + K', 'mod + shift + P']}
      query={query}
      onQueryChange={setQuery}
      onSpotlightOpen={() => setOnPage(pageActions())}
      onSpotlightClose={() => setOnPage(undefined)}
      limit={60}
      // It is there at once: whoever types fast must not write into one that is just fading away.
      transitionProps={{ duration: 0 }}
      // A blurred page is drawn again with every key, which takes a second where no graphics card helps.
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      scrollable
      maxHeight={440}
      highlightQuery
      nothingFound="Nothing by that name"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Find an action, a project or a run',
        'aria-label': 'Find an action, a project or a run',
      }}
    />
  );
}

function onThisPage({ label, run }: PageAction, place: number): SpotlightActionData {
  return { id: `page-${place}`, label, leftSection: <IconPointer {...ICON} />, onClick: run };
}

function useActions(onJobs: () => void, onHelp: () => void) {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const commands = useCommands({ onJobs, onHelp });
  const offer = ({ id, label, keywords = '', icon: Icon, does }: Action): SpotlightActionData => ({
    id,
    label,
    keywords,
    leftSection: <Icon {...ICON} />,
    onClick: () =>
      does.kind === 'command' ? commands[does.command]() : void navigate({ href: hrefOf(does, projectId) }),
  });
  const of = (scope: Action['scope']) => ACTIONS.filter((action) => action.scope === scope).map(offer);
  return { here: projectId === undefined ? [] : of('project'), anywhere: of('anywhere') };
}

function useProjectActions(): SpotlightActionData[] {
  const navigate = useNavigate();
  const { data: projects = [] } = useQuery(service.projects.list.queryOptions());
  return projects.map((project) => ({
    id: `project-${project.id}`,
    label: project.name,
    description: project.archivedAt === null ? '' : 'archived',
    keywords: [...project.tags],
    leftSection: <IconSoup {...ICON} />,
    onClick: () => void navigate({ to: '/projects/$projectId', params: { projectId: String(project.id) }, search: {} }),
  }));
}
