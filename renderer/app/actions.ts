import {
  type Icon,
  IconActivity,
  IconArchive,
  IconBarbell,
  IconCarrot,
  IconCopy,
  IconDatabase,
  IconDatabaseExport,
  IconDatabasePlus,
  IconFileExport,
  IconFileImport,
  IconFolders,
  IconGauge,
  IconGitBranch,
  IconInfoCircle,
  IconKeyboard,
  IconLayoutDashboard,
  IconMoon,
  IconPencil,
  IconPlus,
  IconScale,
  IconSettings,
  IconSoup,
  IconSun,
  IconSunMoon,
  IconTable,
  IconToolsKitchen2,
  IconTrash,
} from '@tabler/icons-react';

/** What is done at once, without going to a page. */
export type Command =
  | 'sample'
  | 'jobs'
  | 'shortcuts'
  | 'light'
  | 'dark'
  | 'auto'
  | 'back-up'
  | 'duplicate'
  | 'archive'
  | 'delete';

export interface Action {
  readonly id: string;
  readonly label: string;
  /** Other words by which it is looked for. */
  readonly keywords?: string;
  readonly icon: Icon;
  /** `project`: only where a project is at hand. */
  readonly scope: 'anywhere' | 'project';
  readonly does:
    | { readonly kind: 'command'; readonly command: Command }
    /** `$projectId` stands for the project at hand. */
    | { readonly kind: 'go'; readonly path: string; readonly search?: Readonly<Record<string, string | boolean>> };
}

const go = (path: string, search?: Readonly<Record<string, string | boolean>>): Action['does'] => ({
  kind: 'go',
  path,
  ...(search === undefined ? {} : { search }),
});
const command = (name: Command): Action['does'] => ({ kind: 'command', command: name });

const PROJECT = '/projects/$projectId';

function inProject(id: string, label: string, icon: Icon, does: Action['does'], keywords = ''): Action {
  return { id, label, icon, does, keywords, scope: 'project' };
}

function anywhere(id: string, label: string, icon: Icon, does: Action['does'], keywords = ''): Action {
  return { id, label, icon, does, keywords, scope: 'anywhere' };
}

/**
 * Every action, as Ctrl/Cmd-K offers them: every page, everything that can be begun on one, and everything that is done to a project
 * or to the workspace as a whole. Added to them are what the page at hand offers in its head (`page-actions.ts`), runs, saved views
 * and projects by name. What is done to one row of a table is done there.
 */
export const ACTIONS: readonly Action[] = [
  inProject('overview', 'Overview: is the soup better?', IconLayoutDashboard, go(PROJECT), 'front page standing'),
  inProject('cook', 'Cook a soup (kitchen)', IconToolsKitchen2, go(`${PROJECT}/kitchen`), 'new run recipe'),
  inProject('cook-greedy', 'Cook a greedy soup', IconToolsKitchen2, go(`${PROJECT}/kitchen`, { recipe: 'greedy' })),
  inProject('ingredients', 'Ingredients', IconCarrot, go(`${PROJECT}/ingredients`), 'checkpoints models'),
  inProject(
    'import-ingredients',
    'Import ingredients',
    IconFileImport,
    go(`${PROJECT}/ingredients`, { dialog: 'import' }),
    'add checkpoints files folder',
  ),
  inProject('train', 'Train ingredients', IconBarbell, go(`${PROJECT}/ingredients`, { dialog: 'train' }), 'fine-tune'),
  inProject('lineage', 'Lineage of ingredients', IconGitBranch, go(`${PROJECT}/ingredients`, { view: 'lineage' })),
  inProject('data', 'Data', IconDatabase, go(`${PROJECT}/data`), 'splits samples leakage balance corruption'),
  inProject('add-data', 'Add data', IconDatabasePlus, go(`${PROJECT}/data`, { dialog: 'add' }), 'split test selection'),
  inProject('runs', 'Runs', IconTable, go(`${PROJECT}/runs`), 'table history'),
  inProject('runs-week', 'Runs of the last 7 days', IconTable, go(`${PROJECT}/runs`, { q: 'created > 7d' })),
  inProject('compare', 'Compare', IconScale, go(`${PROJECT}/compare`), 'significance charts difference'),
  inProject('edit-project', 'Rename, notes, tags…', IconPencil, go(PROJECT, { dialog: 'edit' }), 'project'),
  inProject(
    'export-project',
    'Export as one file…',
    IconFileExport,
    go(PROJECT, { dialog: 'export' }),
    'project share',
  ),
  inProject('duplicate', 'Duplicate', IconCopy, command('duplicate'), 'project copy'),
  inProject('archive', 'Archive', IconArchive, command('archive'), 'project back to current unarchive'),
  inProject('delete', 'Delete', IconTrash, command('delete'), 'project remove'),
  anywhere('new-project', 'New project', IconPlus, go('/', { new: true }), 'create'),
  anywhere('open-file', 'Open project file', IconFileImport, go('/', { import: true }), 'import .stockpot'),
  anywhere('sample', 'Open the sample', IconSoup, command('sample'), 'project digits'),
  anywhere('projects', 'All projects', IconFolders, go('/')),
  anywhere('archived', 'Archived projects', IconFolders, go('/', { archived: true })),
  anywhere('jobs', 'Jobs', IconActivity, command('jobs'), 'progress queue cancel resume'),
  anywhere('settings', 'Settings', IconSettings, go('/settings'), 'preferences'),
  anywhere('devices', 'Devices and runtimes', IconGauge, go('/settings#devices'), 'measure speed gpu doctor'),
  anywhere('storage', 'Storage and cache', IconDatabase, go('/settings#storage'), 'clear predictions disk folder'),
  anywhere('back-up', 'Back up now', IconDatabaseExport, command('back-up'), 'database backup'),
  anywhere('backups', 'Backups', IconDatabaseExport, go('/settings#backups'), 'restore'),
  anywhere('about', 'About: versions and licences', IconInfoCircle, go('/settings#about'), 'third-party packages'),
  anywhere('shortcuts', 'Keyboard shortcuts', IconKeyboard, command('shortcuts'), 'help'),
  anywhere('light', 'Appearance: light', IconSun, command('light'), 'theme colours'),
  anywhere('dark', 'Appearance: dark', IconMoon, command('dark'), 'theme colours'),
  anywhere('auto', 'Appearance: as the system', IconSunMoon, command('auto'), 'theme colours'),
];

/** The address of an action's page. */
export function hrefOf(does: Extract<Action['does'], { readonly kind: 'go' }>, projectId: string | undefined): string {
  const [path, hash] = does.path.replace('$projectId', projectId ?? '').split('#');
  const search = Object.entries(does.search ?? {}).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return `${path}${search.length === 0 ? '' : `?${search.join('&')}`}${hash === undefined ? '' : `#${hash}`}`;
}
