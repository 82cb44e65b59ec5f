import { Box, Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FileEntry } from '../../preload/contract/files.ts';
import { FileBrowser } from './file-browser.tsx';

interface FileFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly accepts: (file: Pick<FileEntry, 'name'>) => boolean;
  /** For the desktop's own dialog. */
  readonly filters: readonly { readonly name: string; readonly extensions: readonly string[] }[];
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
}

/** The path of one file: typed, or chosen by the desktop's dialog or, in a browser, from a list. */
export function FileField({ label, description, value, onChange, accepts, filters, error, autoFocus }: FileFieldProps) {
  const [browsing, setBrowsing] = useState(false);
  const choose = async (): Promise<void> => {
    const desktop = window.stockpotDesktop;
    if (desktop === undefined) return setBrowsing(!browsing);
    const [path] = await desktop.chooseFiles({ title: label, multiple: false, filters });
    if (path !== undefined) onChange(path);
  };
  return (
    <div>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          flex={1}
          label={label}
          description={description}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          error={error}
          spellCheck={false}
          {...(autoFocus === true ? { 'data-autofocus': true } : {})}
        />
        <Button variant="default" onClick={() => void choose()} aria-expanded={browsing}>
          Choose…
        </Button>
      </Group>
      {browsing && (
        <Box mt="xs">
          <FileBrowser
            label={`Folder of ${label.toLowerCase()}`}
            accepts={accepts}
            chosen={new Set([value])}
            onChoose={(path, chosen) => {
              onChange(chosen ? path : '');
              if (chosen) setBrowsing(false);
            }}
          />
        </Box>
      )}
    </div>
  );
}
