import { Paper, Portal, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { droppedFiles } from '../lib/incoming-files.ts';
import classes from './shell.module.css';
import { useOpenFiles } from './use-open-files.ts';

/** Takes files dropped anywhere on the window; while some are held over it, says what will become of them. */
export function DropHint() {
  const [isOver, setOver] = useState(false);
  const { projectId } = useParams({ strict: false });
  const openFiles = useOpenFiles();
  const take = useEffectEvent((event: DragEvent): void => {
    setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    // Otherwise the browser would leave the page and show the file.
    event.preventDefault();
    openFiles(droppedFiles(files));
  });
  useEffect(() => {
    const allow = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => take(event);
    window.addEventListener('dragover', allow);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', allow);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <Portal>
      <div className={classes.dropHint} role="status">
        <Paper className={classes.dropCard} withBorder shadow="md" radius="lg" p="xl">
          <IconFileImport size={32} stroke={1.5} aria-hidden />
          <Text fw={600}>
            {projectId === undefined ? 'Begin a project with these checkpoints' : 'Import into this project'}
          </Text>
          <Text size="sm" c="dimmed">
            Checkpoints, or a folder of them; nothing is stored before you have seen what fits. A project file
            (.stockpot) opens as a project of its own.
          </Text>
        </Paper>
      </div>
    </Portal>
  );
}
