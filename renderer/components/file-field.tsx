import { Box, Button, Group, TextInput } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { FileEntry } from '../../preload/contract/files.ts';
import { FileBrowser } from './file-browser.tsx';

interface FileFilter {
  readonly name: string;
  readonly extensions: readonly string[];
}

/** A file that is there, a folder, or a file that is going to be written under a name that is proposed. */
type Wanted =
  | {
      readonly kind: 'file';
      readonly accepts: (file: Pick<FileEntry, 'name'>) => boolean;
      /** For the desktop's own dialog. */
      readonly filters: readonly FileFilter[];
    }
  | { readonly kind: 'folder' }
  | { readonly kind: 'new-file'; readonly name: string; readonly filters: readonly FileFilter[] };

interface FileFieldProps {
  readonly label: string;
  readonly wanted: Wanted;
  readonly description?: string | undefined;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
}

/** A path: typed, or chosen by the desktop's dialog or, in a browser, from a list. */
export function FileField(props: FileFieldProps) {
  const { label, wanted, description, placeholder, value, onChange, error, required = false, autoFocus } = props;
  const [browsing, setBrowsing] = useState(false);
  const choose = async (): Promise<void> => {
    if (window.stockpotDesktop === undefined) return setBrowsing(!browsing);
    const path = await chosenByDialog(label, wanted, value);
    if (path !== undefined) onChange(path);
  };
  return (
    <div>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          flex={1}
          label={label}
          description={description}
          placeholder={placeholder}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          error={error}
          required={required}
          spellCheck={false}
          {...(autoFocus === true ? { 'data-autofocus': true } : {})}
        />
        <Button
          variant="default"
          onClick={() => void choose()}
          aria-label={`Choose ${label.toLowerCase()}…`}
          aria-expanded={window.stockpotDesktop === undefined ? browsing : undefined}
        >
          Choose…
        </Button>
      </Group>
      {browsing && (
        <Box mt="xs">
          <Browser
            label={label}
            wanted={wanted}
            value={value}
            onChoose={(path) => {
              onChange(path);
              if (path !== '') setBrowsing(false);
            }}
          />
        </Box>
      )}
    </div>
  );
}

async function chosenByDialog(title: string, wanted: Wanted, value: string): Promise<string | undefined> {
  const desktop = window.stockpotDesktop!;
  switch (wanted.kind) {
    case 'folder':
      return desktop.chooseFolder(title);
    case 'new-file':
      return desktop.chooseNewFile({ title, name: value === '' ? wanted.name : value, filters: wanted.filters });
    case 'file': {
      const [path] = await desktop.chooseFiles({ title, multiple: false, filters: wanted.filters });
      return path;
    }
  }
}

interface BrowserProps {
  readonly label: string;
  readonly wanted: Wanted;
  readonly value: string;
  readonly onChoose: (path: string) => void;
}

/** What takes the dialog's place in a browser. */
function Browser({ label, wanted, value, onChoose }: BrowserProps) {
  const [folder, setFolder] = useState('');
  const follow = useCallback((shown: string): void => setFolder(shown), []);
  if (wanted.kind === 'file') {
    return (
      <FileBrowser
        label={`Folder of ${label.toLowerCase()}`}
        accepts={wanted.accepts}
        chosen={new Set([value])}
        onChoose={(path, chosen) => onChoose(chosen ? path : '')}
      />
    );
  }
  const path = wanted.kind === 'folder' ? folder : joined(folder, nameIn(value) ?? wanted.name);
  return (
    <>
      <FileBrowser
        label={`Where to put ${label.toLowerCase()}`}
        accepts={() => false}
        chosen={new Set()}
        onChoose={() => {}}
        onFolder={follow}
      />
      <Group justify="flex-end" mt="xs">
        <Button variant="default" disabled={folder === ''} onClick={() => onChoose(path)}>
          Take this folder
        </Button>
      </Group>
    </>
  );
}

/** The name at the end of a path; undefined where there is none. */
function nameIn(path: string): string | undefined {
  const name = path.split(/[\\/]/).at(-1);
  return name === '' ? undefined : name;
}

function joined(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}
