import { ActionIcon, Checkbox, Group, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowUp, IconFile, IconFolder } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { FileEntry } from '../../preload/contract/files.ts';
import { errorFactsOf } from '../lib/error-facts.ts';
import { formatBytes, formatNumberOf } from '../lib/format.ts';
import { service } from '../lib/service.ts';
import { ErrorState } from './error-state.tsx';
import classes from './file-browser.module.css';
import { LoadingState } from './loading-state.tsx';

interface FileBrowserProps {
  /** Which files are listed. */
  readonly accepts: (file: FileEntry) => boolean;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (path: string, chosen: boolean) => void;
  /** Where to begin; where files were last looked for when left out. */
  readonly start?: string | undefined;
  /** Told of what is shown, and of what is typed and not shown yet. Must be the same function from one render to the next. */
  readonly onFolder?: (folder: string, typed: boolean) => void;
  /** Whether something else is shown in place of what is in the folder. */
  readonly pathOnly?: boolean;
  readonly hidden?: boolean;
  /** Of the folder's path field. */
  readonly label: string;
}

/** Folders and files of the machine that the service runs on; a path can be typed as well. */
export function FileBrowser(props: FileBrowserProps) {
  const { accepts, chosen, onChoose, start, onFolder, pathOnly = false, hidden = false, label } = props;
  const [folder, setFolder] = useState(start);
  /** What is in the path field since the folder was last changed; an answer that comes late does not write over it. */
  const [typed, setTyped] = useState<string>();
  const query = useQuery(
    service.files.browse.queryOptions({
      input: folder === undefined ? {} : { folder },
      placeholderData: keepPreviousData,
      // Files come and go, and where to begin moves with whoever looks.
      staleTime: 0,
    }),
  );
  const path = typed ?? query.data?.folder ?? start ?? '';
  const isTyped = typed !== undefined;
  useEffect(() => onFolder?.(path.trim(), isTyped), [path, isTyped, onFolder]);
  const enter = (next: string | undefined): void => {
    setFolder(next);
    setTyped(undefined);
  };
  const go = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    enter(path.trim() === '' ? undefined : path.trim());
  };
  const parent = query.data?.parent ?? null;
  return (
    <div hidden={hidden}>
      <Group gap="xs" align="flex-end" mb="xs" wrap="nowrap">
        <TextInput
          label={label}
          description="Type a path and press Enter, or walk through the folders below"
          value={path}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
          onKeyDown={go}
          spellCheck={false}
          flex={1}
        />
        <Tooltip label="Up one folder">
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Up one folder"
            disabled={parent === null}
            onClick={() => parent !== null && enter(parent)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {pathOnly ? null : query.isError ? (
        <ErrorState error={errorFactsOf(query.error)} />
      ) : query.data === undefined ? (
        <LoadingState what="the folder" lines={3} />
      ) : (
        <Entries
          entries={query.data.entries.filter((entry) => entry.kind === 'folder' || accepts(entry))}
          left={query.data.left}
          chosen={chosen}
          onChoose={onChoose}
          onEnter={enter}
        />
      )}
    </div>
  );
}

interface EntriesProps {
  readonly entries: readonly FileEntry[];
  readonly left: number;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (path: string, chosen: boolean) => void;
  readonly onEnter: (folder: string) => void;
}

function Entries({ entries, left, chosen, onChoose, onEnter }: EntriesProps) {
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing that could be chosen is in this folder.
      </Text>
    );
  }
  return (
    <>
      <ul className={classes.entries} aria-label="In this folder">
        {entries.map((entry) => (
          <li key={entry.path}>
            {entry.kind === 'folder' ? (
              <button type="button" className={classes.folder} onClick={() => onEnter(entry.path)}>
                <IconFolder size={16} aria-hidden />
                {entry.name}
              </button>
            ) : (
              <Checkbox
                className={classes.file}
                size="sm"
                checked={chosen.has(entry.path)}
                onChange={(event) => onChoose(entry.path, event.currentTarget.checked)}
                label={
                  <Group gap={6} component="span">
                    <IconFile size={15} aria-hidden />
                    {entry.name}
                    <Text span size="xs" c="dimmed" className="numeric">
                      {formatBytes(entry.bytes)}
                    </Text>
                  </Group>
                }
              />
            )}
          </li>
        ))}
      </ul>
      {left > 0 && (
        <Text size="sm" c="dimmed" mt={4}>
          {formatNumberOf(left, 'more entry', 'more entries')} not listed; type the path instead.
        </Text>
      )}
    </>
  );
}
