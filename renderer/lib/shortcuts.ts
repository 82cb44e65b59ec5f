export const MODIFIER = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';

interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Every shortcut there is, for whoever asks with `?`. `G` then a letter: one key after the other. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: [MODIFIER, 'K'], does: 'Find any page, action, project or run' },
  { keys: ['/'], does: 'Search or filter what the page lists' },
  { keys: ['?'], does: 'Show these shortcuts' },
  { keys: ['N'], does: 'New project' },
  { keys: ['J'], does: 'Jobs' },
  { keys: ['G', 'P'], does: 'All projects' },
  { keys: ['G', 'S'], does: 'Settings' },
  { keys: ['G', 'O'], does: 'Overview of this project' },
  { keys: ['G', 'I'], does: 'Ingredients' },
  { keys: ['G', 'D'], does: 'Data' },
  { keys: ['G', 'K'], does: 'Kitchen' },
  { keys: ['G', 'R'], does: 'Runs' },
  { keys: ['G', 'C'], does: 'Compare' },
];
