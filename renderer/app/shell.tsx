import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useJobs } from '../features/jobs/use-jobs.ts';
import { ActionSearch } from './action-search.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { DropHint } from './drop-hint.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { Sidebar } from './sidebar.tsx';
import { useFetchAhead } from './use-fetch-ahead.ts';
import { useShellCommands } from './use-shell-commands.ts';
import { useShellReport } from './use-shell-report.ts';
import { useShortcutHelp, useShortcuts } from './use-shortcuts.ts';

const JobsDrawer = lazy(() => import('../features/jobs/jobs-drawer.tsx'));

/** Around every page: navigation, the way to every action, the jobs, and whether the service is there. */
export function Shell() {
  const [menuOpen, menu] = useDisclosure(false);
  const [jobsOpen, jobsDrawer] = useDisclosure(false);
  const isWide = useMediaQuery('(min-width: 48em)');
  const jobs = useJobs();
  const [helpOpen, help] = useShortcutHelp();
  useShellCommands(jobsDrawer.open, help.open);
  useShellReport();
  useFetchAhead();
  useShortcuts(jobsDrawer.open);
  return (
    <AppShell
      navbar={{ width: 244, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      header={{ height: 48, collapsed: isWide }}
      withBorder={false}
      layout="alt"
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md">
          <Burger opened={menuOpen} onClick={menu.toggle} size="sm" aria-label="Navigation" />
          <Text fw={600}>Stockpot</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="nav" aria-label="Main">
        <Sidebar
          activeJobs={jobs.filter((job) => job.finishedAt === null).length}
          onJobs={jobsDrawer.open}
          onNavigate={menu.close}
        />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ConnectionBanner />
        <Outlet />
      </AppShell.Main>
      <DropHint />
      <ActionSearch onJobs={jobsDrawer.open} onHelp={help.open} />
      {helpOpen && <ShortcutHelp onClose={help.close} />}
      {jobsOpen && (
        <Suspense>
          <JobsDrawer jobs={jobs} onClose={jobsDrawer.close} />
        </Suspense>
      )}
    </AppShell>
  );
}
