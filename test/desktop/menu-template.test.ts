import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { menuTemplate } from '../../main/desktop/menu-template.ts';
import type { PageReport, ShellCommand } from '../../preload/desktop-bridge.ts';

const REPORT: PageReport = { projectId: 2, recent: [{ id: 2, name: 'Cats & dogs' }], appearance: 'dark' };

function menu({ isMac = false, isPackaged = true, listens = true } = {}) {
  const told: ShellCommand[] = [];
  const template = menuTemplate({
    applicationName: 'Stockpot',
    isMac,
    isPackaged,
    report: listens ? REPORT : undefined,
    command: (command) => told.push(command),
  });
  return { template, items: template.flatMap(itemsOf), told };
}

function itemsOf(item: MenuItemConstructorOptions): readonly MenuItemConstructorOptions[] {
  return [item, ...(Array.isArray(item.submenu) ? item.submenu.flatMap(itemsOf) : [])];
}

describe.each([
  ['macOS', true],
  ['elsewhere', false],
])('on %s', (_system, isMac) => {
  test('no key chooses two items, and no two items have one id', () => {
    const { items } = menu({ isMac });
    const keys = items.flatMap(({ accelerator }) => accelerator ?? []);
    const ids = items.flatMap(({ id }) => id ?? []);
    expect(keys).toEqual([...new Set(keys)]);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('every item that is neither a menu nor the system’s own tells the page something', () => {
    const { items, told } = menu({ isMac });
    const own = items.filter(({ click }) => click !== undefined);
    for (const { click } of own) (click as () => void)();
    expect(told).toHaveLength(own.length);
    const others = items.filter((item) => item.click === undefined);
    expect(others.filter(({ role, type, submenu }) => (role ?? type ?? submenu) === undefined)).toEqual([]);
  });

  test('the application can be left, and says what it is', () => {
    const roles = menu({ isMac }).items.map(({ role }) => role);
    expect(roles).toContain('quit');
    expect(roles).toContain('about');
    expect(roles.filter((role) => role === 'about')).toHaveLength(1);
  });
});

test('on macOS the first menu is the application’s own', () => {
  expect(menu({ isMac: true }).template[0]?.label).toBe('Stockpot');
  expect(menu().template[0]?.label).toBe('&File');
});

test('while no page listens, nothing that a page does can be chosen', () => {
  const { items } = menu({ listens: false });
  expect(items.filter(({ click, enabled }) => click !== undefined && enabled !== false)).toEqual([]);
});

test('an ampersand in a project’s name stays one', () => {
  const { items, told } = menu();
  const item = items.find(({ id }) => id === 'open-project-2')!;
  expect(item.label).toBe('Cats && dogs');
  (item.click as () => void)();
  expect(told).toEqual([{ type: 'open-project', projectId: 2 }]);
});

test('the appearance that is in force is marked', () => {
  const marked = menu().items.filter(({ checked }) => checked === true);
  expect(marked.map(({ id }) => id)).toEqual(['appearance-dark']);
});

test('a packaged application has no developer tools in its menu', () => {
  expect(menu({ isPackaged: true }).items.map(({ role }) => role)).not.toContain('toggleDevTools');
  expect(menu({ isPackaged: false }).items.map(({ role }) => role)).toContain('toggleDevTools');
});
