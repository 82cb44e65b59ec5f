import { ActionIcon, Box, TextInput, Tooltip } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import type { SourceKind } from '../../../preload/contract/datasets.ts';
import { FileBrowser } from '../../components/file-browser.tsx';
import { type OptionField, optionFields } from '../kitchen/option-fields.ts';
import { OptionsForm } from '../kitchen/options-form.tsx';
import { isOwnOption } from './source-draft.ts';

interface SourceFieldsProps {
  readonly kind: SourceKind;
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (values: Readonly<Record<string, unknown>>) => void;
}

const NO_ERRORS: ReadonlyMap<string, string> = new Map();

/** The options that a format has of its own, from its schema; texts are paths of files. */
export function SourceFields({ kind, values, onChange }: SourceFieldsProps) {
  const fields = optionFields(kind.schema).filter(({ name }) => isOwnOption(name));
  const paths = fields.filter((field) => field.kind === 'text');
  const others = fields.filter((field) => field.kind !== 'text');
  const set = (name: string, value: unknown): void => onChange({ ...values, [name]: value });
  return (
    <>
      {paths.map((field) => (
        <PathField
          key={field.name}
          field={field}
          value={String(values[field.name] ?? '')}
          onChange={(path) => set(field.name, path)}
        />
      ))}
      {others.length > 0 && (
        <OptionsForm fields={others} values={values} errors={NO_ERRORS} disabled={false} onChange={set} />
      )}
    </>
  );
}

interface PathFieldProps {
  readonly field: OptionField;
  readonly value: string;
  readonly onChange: (path: string) => void;
}

function PathField({ field, value, onChange }: PathFieldProps) {
  const [isOpen, setOpen] = useState(false);
  const desktop = window.stockpotDesktop;
  const browse = async (): Promise<void> => {
    if (desktop === undefined) {
      setOpen(!isOpen);
      return;
    }
    const [path] = await desktop.chooseFiles({ title: field.label, multiple: false, filters: [] });
    if (path !== undefined) onChange(path);
  };
  return (
    <Box>
      <TextInput
        label={field.label}
        description={field.description}
        required={field.required}
        placeholder="/path/to/file"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        rightSection={
          <Tooltip label="Choose a file">
            <ActionIcon variant="subtle" aria-label={`Choose ${field.label}`} aria-expanded={isOpen} onClick={browse}>
              <IconFolderOpen size={16} />
            </ActionIcon>
          </Tooltip>
        }
      />
      {isOpen && (
        <Box mt="xs">
          <FileBrowser
            label={`Folder of ${field.label}`}
            accepts={() => true}
            chosen={new Set([value])}
            start={value.includes('/') ? value.slice(0, value.lastIndexOf('/')) || '/' : undefined}
            onChoose={(path) => {
              onChange(path);
              setOpen(false);
            }}
          />
        </Box>
      )}
    </Box>
  );
}
