import { ActionIcon, type ActionIconProps, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconDots,
  IconFileExport,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
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

/** A button until it is used for the first time: a list has one in every row, and each menu costs more than the rest of its row. */
export function ProjectMenu(props: ProjectMenuProps) {
  const [isUsed, setUsed] = useState(false);
  if (isUsed || props.dialog?.[0] !== undefined) return <UsedMenu opensAtOnce={isUsed} {...props} />;
  return (
    <MenuButton project={props.project} aria-haspopup="menu" aria-expanded={false} onClick={() => setUsed(true)} />
  );
}

type MenuButtonProps = ActionIconProps &
  Omit<React.ComponentProps<'button'>, keyof ActionIconProps> & { readonly project: ProjectSummary };

function MenuButton({ project, ...props }: MenuButtonProps) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${project.name}`} {...props}>
      <IconDots size={18} />
    </ActionIcon>
  );
}

function UsedMenu({ project, dialog, opensAtOnce }: ProjectMenuProps & { readonly opensAtOnce: boolean }) {
  const own = useState<ProjectDialog>();
  const [open, setOpen] = dialog ?? own;
  const [menuOpen, setMenuOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!opensAtOnce) return;
    // It stands in the place of the button that was pressed, and the focus comes back to it.
    button.current?.focus();
    setMenuOpen(true);
  }, [opensAtOnce]);
  const close = (): void => setOpen(undefined);
  const changes = useProjectChanges();
  const isArchived = project.archivedAt !== null;
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={224} opened={menuOpen} onChange={setMenuOpen}>
        <Menu.Target>
          <MenuButton project={project} ref={button} />
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
