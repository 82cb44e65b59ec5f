import { useMantineColorScheme } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import type { ShellCommand } from '../../preload/desktop-bridge.ts';
import { useSample } from '../features/projects/use-sample.ts';
import { forgetRecentProjects } from '../lib/recent-projects.ts';
import { openActionSearch } from './action-search.tsx';
import { useOpenFiles } from './use-open-files.ts';

/** Does what the desktop's menu asks for, and takes the files that were opened with the application. */
export function useShellCommands(openJobs: () => void, openHelp: () => void): void {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const { setColorScheme } = useMantineColorScheme();
  const sample = useSample();
  const openFiles = useOpenFiles();
  const obey = useEffectEvent((command: ShellCommand): void => {
    const inProject = (to: '' | '/data' | '/kitchen' | '/runs' | '/compare'): void => {
      if (projectId !== undefined)
        void navigate({ to: `/projects/$projectId${to}`, params: { projectId }, search: {} });
    };
    const onIngredients = (dialog?: 'import' | 'train'): void => {
      if (projectId === undefined) return;
      const search = dialog === undefined ? {} : { dialog };
      void navigate({ to: '/projects/$projectId/ingredients', params: { projectId }, search });
    };
    switch (command.type) {
      case 'new-project':
        void navigate({ to: '/', search: { new: true } });
        break;
      case 'open-project-file':
        void navigate({ to: '/', search: { import: true } });
        break;
      case 'open-project':
        void navigate({ to: '/projects/$projectId', params: { projectId: String(command.projectId) } });
        break;
      case 'open-sample':
        sample.open();
        break;
      case 'open-files':
        openFiles({ paths: command.paths, namesOnly: [] });
        break;
      case 'forget-recent':
        forgetRecentProjects();
        break;
      case 'overview':
        inProject('');
        break;
      case 'data':
      case 'kitchen':
      case 'runs':
      case 'compare':
        inProject(`/${command.type}`);
        break;
      case 'ingredients':
        onIngredients();
        break;
      case 'import-checkpoints':
        onIngredients('import');
        break;
      case 'train':
        onIngredients('train');
        break;
      case 'export-project':
        if (projectId !== undefined)
          void navigate({ to: '/projects/$projectId', params: { projectId }, search: { dialog: 'export' } });
        break;
      case 'shortcuts':
        openHelp();
        break;
      case 'projects':
        void navigate({ to: '/', search: {} });
        break;
      case 'settings':
        void navigate({ to: '/settings' });
        break;
      case 'licences':
        void navigate({ to: '/settings', hash: 'about' });
        break;
      case 'jobs':
        openJobs();
        break;
      case 'command-palette':
        openActionSearch();
        break;
      case 'appearance':
        setColorScheme(command.appearance);
        break;
    }
  });
  useEffect(() => window.stockpotDesktop?.onCommand((command) => obey(command)), []);
}
