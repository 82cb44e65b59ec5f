import type { MenuItemConstructorOptions } from 'electron';
import {
  APPEARANCES,
  type Appearance,
  type PageReport,
  type ProjectCommand,
  type ShellCommand,
} from '../../preload/desktop-bridge.ts';

type Item = MenuItemConstructorOptions;

interface MenuFacts {
  readonly applicationName: string;
  readonly isMac: boolean;
  readonly isPackaged: boolean;
  /** Undefined while no page listens: what pages do can't be chosen then. */
  readonly report: PageReport | undefined;
  readonly command: (command: ShellCommand) => void;
}

const SEPARATOR: Item = { type: 'separator' };

const APPEARANCE_LABELS: Readonly<Record<Appearance, string>> = { auto: 'As the system', light: 'Light', dark: 'Dark' };

/** The native menu. What concerns the application's own things is done by the page, which is told by `command`. */
export function menuTemplate(facts: MenuFacts): Item[] {
  const { applicationName, isMac } = facts;
  const about: Item = { role: 'about', label: `About ${applicationName}` };
  const licences = pageItem(facts, { type: 'licences' }, 'Versions and licences');
  const application: Item = {
    label: applicationName,
    submenu: [
      about,
      SEPARATOR,
      settingsItem(facts),
      SEPARATOR,
      { role: 'services' },
      SEPARATOR,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      SEPARATOR,
      { role: 'quit' },
    ],
  };
  const help: Item = {
    role: 'help',
    label: '&Help',
    submenu: [
      pageItem(facts, { type: 'shortcuts' }, 'Keyboard shortcuts', 'CmdOrCtrl+/'),
      licences,
      ...(isMac ? [] : [SEPARATOR, about]),
    ],
  };
  return [
    ...(isMac ? [application] : []),
    fileMenu(facts),
    { role: 'editMenu', label: '&Edit' },
    viewMenu(facts),
    projectMenu(facts),
    { role: 'windowMenu', label: '&Window' },
    help,
  ];
}

function fileMenu(facts: MenuFacts): Item {
  const { isMac } = facts;
  return {
    label: '&File',
    submenu: [
      pageItem(facts, { type: 'new-project' }, 'New project…', 'CmdOrCtrl+N'),
      pageItem(facts, { type: 'open-project-file' }, 'Open project file…', 'CmdOrCtrl+O'),
      openRecent(facts),
      pageItem(facts, { type: 'open-sample' }, 'Open the sample project', 'CmdOrCtrl+Shift+O'),
      SEPARATOR,
      projectItem(facts, 'import-checkpoints', 'Import checkpoints…', 'CmdOrCtrl+I'),
      projectItem(facts, 'export-project', 'Export project…', 'CmdOrCtrl+Shift+E'),
      SEPARATOR,
      ...(isMac ? [{ role: 'close' } as const] : [settingsItem(facts), SEPARATOR, { role: 'quit' } as const]),
    ],
  };
}

function openRecent(facts: MenuFacts): Item {
  const recent = facts.report?.recent ?? [];
  return {
    id: 'open-recent',
    label: 'Open recent',
    enabled: recent.length > 0,
    submenu: [
      ...recent.map(({ id, name }) => ({
        ...pageItem(facts, { type: 'open-project', projectId: id }, literal(name)),
        id: `open-project-${id}`,
      })),
      SEPARATOR,
      pageItem(facts, { type: 'forget-recent' }, 'Forget these'),
    ],
  };
}

function viewMenu(facts: MenuFacts): Item {
  return {
    label: '&View',
    submenu: [
      pageItem(facts, { type: 'projects' }, 'Projects', 'CmdOrCtrl+Shift+H'),
      pageItem(facts, { type: 'jobs' }, 'Jobs', 'CmdOrCtrl+J'),
      pageItem(facts, { type: 'command-palette' }, 'Find an action…', 'CmdOrCtrl+K'),
      SEPARATOR,
      {
        label: 'Appearance',
        submenu: APPEARANCES.map((appearance) => ({
          ...pageItem(facts, { type: 'appearance', appearance }, APPEARANCE_LABELS[appearance]),
          id: `appearance-${appearance}`,
          type: 'radio' as const,
          checked: facts.report?.appearance === appearance,
        })),
      },
      SEPARATOR,
      { id: 'reset-zoom', role: 'resetZoom' },
      { id: 'zoom-in', role: 'zoomIn' },
      { id: 'zoom-out', role: 'zoomOut' },
      SEPARATOR,
      { role: 'togglefullscreen' },
      ...(facts.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
    ],
  };
}

function projectMenu(facts: MenuFacts): Item {
  return {
    label: '&Project',
    submenu: [
      projectItem(facts, 'overview', 'Overview', 'CmdOrCtrl+1'),
      projectItem(facts, 'ingredients', 'Ingredients', 'CmdOrCtrl+2'),
      projectItem(facts, 'data', 'Data', 'CmdOrCtrl+3'),
      projectItem(facts, 'kitchen', 'Kitchen', 'CmdOrCtrl+4'),
      projectItem(facts, 'runs', 'Runs', 'CmdOrCtrl+5'),
      projectItem(facts, 'compare', 'Compare', 'CmdOrCtrl+6'),
      SEPARATOR,
      projectItem(facts, 'train', 'Train ingredients…'),
    ],
  };
}

function settingsItem(facts: MenuFacts): Item {
  return pageItem(facts, { type: 'settings' }, 'Settings…', 'CmdOrCtrl+,');
}

function pageItem({ report, command }: MenuFacts, told: ShellCommand, label: string, accelerator?: string): Item {
  return {
    id: told.type,
    label,
    enabled: report !== undefined,
    click: () => command(told),
    ...(accelerator === undefined ? {} : { accelerator }),
  };
}

/** Of the project at hand: there to be chosen only while there is one. */
function projectItem(facts: MenuFacts, type: ProjectCommand, label: string, accelerator?: string): Item {
  const hasProject = facts.report !== undefined && facts.report.projectId !== null;
  return { ...pageItem(facts, { type }, label, accelerator), enabled: hasProject };
}

/** In a label an ampersand marks a letter. */
function literal(name: string): string {
  return name.replaceAll('&', '&&');
}
