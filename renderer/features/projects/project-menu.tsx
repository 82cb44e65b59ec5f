import { ActionIcon, Menu } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { useProjectChanges } from './use-project-changes.tsx';

const EditProject = lazy(() => import('./edit-project.tsx'));

export function ProjectMenu({ project }: { readonly project: ProjectSummary }) {
  const [editing, setEditing] = useState(false);
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
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setEditing(true)}>
            Rename, notes, tags…
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
      {editing && (
        <Suspense>
          <EditProject project={project} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </>
  );
}
