import { type CSSVariablesResolver, createTheme, Tooltip } from '@mantine/core';

/** Colours are chosen so that text keeps a contrast of 4.5 to 1 on everything it stands on, in both schemes. */
export const theme = createTheme({
  colors: {
    // The greys of the dark scheme, from text to the deepest ground.
    dark: [
      '#d8dce3',
      '#b6bcc7',
      '#949ba8',
      '#626a77',
      '#3a404b',
      '#2c3038',
      '#1f2329',
      '#16181d',
      '#121418',
      '#0d0f12',
    ],
  },
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "Liberation Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: { Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }) },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a616b',
    '--mantine-color-placeholder': '#6a717b',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-red-light-color': '#b42323',
    '--mantine-color-yellow-light-color': '#7a5200',
    '--mantine-color-teal-light-color': '#076749',
    '--mantine-color-indigo-light-color': '#2f45b5',
    '--mantine-color-gray-light-color': '#495057',
    '--mantine-color-error': '#c92a2a',
    '--stockpot-better': '#0b6e4f',
    '--stockpot-worse': '#b42323',
    '--stockpot-sidebar': '#f6f7f9',
    '--stockpot-border': '#e3e6ea',
  },
  dark: {
    '--mantine-color-dimmed': '#a7adb7',
    '--mantine-color-placeholder': '#9299a4',
    '--mantine-color-body': '#16181d',
    '--mantine-color-anchor': '#91a7ff',
    '--mantine-color-error': '#ff9b9b',
    '--stockpot-better': '#63e6be',
    '--stockpot-worse': '#ffa8a8',
    '--stockpot-sidebar': '#1b1e24',
    '--stockpot-border': '#2c3038',
  },
});
