import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconDots,
  IconFileExport,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { useProjectChanges } from './use-project-changes.tsx';

const EditProject = lazy(() => import('./edit-project.tsx'));
const ExportProject = lazy(() => import('./export-project.tsx'));

type ProjectDialog = 'edit' | 'export';

interface ProjectMenuProps {
  readonly project: ProjectSummary;
  /** Which dialog is open and how that changes, where something beyond the menu decides it. */
  readonly dialog?: readonly [open: ProjectDialog | undefined, change: (open: ProjectDialog | undefined) => void];
}

export function ProjectMenu({ project, dialog }: ProjectMenuProps) {
  const own = useState<ProjectDialog>();
  const [open, setOpen] = dialog ?? own;
  const close = (): void => setOpen(undefined);
  const changes = useProjectChanges();
  const isArchived = project.archivedAt !== null;
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={224}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${project.name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setOpen('edit')}>
            Rename, notes, tags…
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => changes.duplicate(project)}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconFileExport size={15} />} onClick={() => setOpen('export')}>
            Export as one file…
          </Menu.Item>
          <Menu.Item
            leftSection={isArchived ? <IconArchiveOff size={15} /> : <IconArchive size={15} />}
            onClick={() => changes.archive(project, !isArchived)}
          >
            {isArchived ? 'Back to current' : 'Archive'}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => changes.remove(project)}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open !== undefined && (
        <Suspense>
          {open === 'edit' ? (
            <EditProject project={project} onClose={close} />
          ) : (
            <ExportProject project={project} onClose={close} />
          )}
        </Suspense>
      )}
    </>
  );
}
