import { Badge, Button, Kbd, NavLink } from '@mantine/core';
import { IconActivity, IconFolders, IconSearch, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { MODIFIER } from '../lib/shortcuts.ts';
import { openActionSearch } from './action-search.tsx';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { ProjectPages } from './project-pages.tsx';
import { ProjectSwitcher } from './project-switcher.tsx';
import classes from './shell.module.css';

interface SidebarProps {
  readonly activeJobs: number;
  readonly onJobs: () => void;
  readonly onNavigate: () => void;
}

export function Sidebar({ activeJobs, onJobs, onNavigate }: SidebarProps) {
  return (
    <div className={classes.sidebar} style={{ height: '100%' }}>
      <div className={classes.mark}>
        <img src="/icon.svg" width={26} height={26} alt="" />
        Stockpot
      </div>
      <Button
        className={classes.search}
        variant="default"
        leftSection={<IconSearch size={16} />}
        rightSection={
          <Kbd size="xs" aria-hidden>
            {MODIFIER} K
          </Kbd>
        }
        styles={{ label: { flex: 1, textAlign: 'left' } }}
        onClick={openActionSearch}
      >
        Find…
      </Button>
      <ProjectSwitcher onNavigate={onNavigate} />
      <ProjectPages onNavigate={onNavigate} />
      <NavLink
        className={classes.link}
        label="Projects"
        leftSection={<IconFolders size={18} stroke={1.7} />}
        renderRoot={(props) => (
          <Link
            to="/"
            search={{}}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ 'data-active': true }}
            {...props}
            onClick={onNavigate}
          />
        )}
      />
      <div className={classes.spacer} />
      <NavLink
        className={classes.link}
        component="button"
        label="Jobs"
        leftSection={<IconActivity size={18} stroke={1.7} />}
        rightSection={activeJobs > 0 ? <Badge size="sm">{activeJobs}</Badge> : undefined}
        onClick={onJobs}
      />
      <NavLink
        className={classes.link}
        label="Settings"
        leftSection={<IconSettings size={18} stroke={1.7} />}
        renderRoot={(props) => (
          <Link to="/settings" activeProps={{ 'data-active': true }} {...props} onClick={onNavigate} />
        )}
      />
      <ColorSchemeToggle />
    </div>
  );
}
